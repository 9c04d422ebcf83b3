-- Reservations: gone in the same transaction as they are filled or deleted.
create table reservation (
  id uuid primary key,
  patron_id uuid not null references patron (id),
  title_id uuid not null references title (id),
  pickup_branch_id uuid not null references branch (id),
  placed_at timestamptz not null,
  interest_until_on date not null,
  item_id uuid references item (id),
  ready_at timestamptz,
  pickup_until_on date,
  pickup_number text,
  check ((item_id is null) = (ready_at is null)),
  check ((item_id is null) = (pickup_until_on is null))
);
create unique index reservation_once on reservation (patron_id, title_id);
create index reservation_queue on reservation (title_id, placed_at) where item_id is null;
create unique index reservation_item on reservation (item_id) where item_id is not null;
create index reservation_pickup_until on reservation (pickup_until_on) where item_id is not null;
create index reservation_interest_until on reservation (interest_until_on) where item_id is null;
create index reservation_branch on reservation (pickup_branch_id);
