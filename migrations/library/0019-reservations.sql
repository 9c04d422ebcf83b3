-- A reservation waits (no item), is on its way (item, not ready) or is ready. It is still gone when it is over.
alter table reservation drop constraint reservation_check;
alter table reservation drop constraint reservation_check1;
alter table reservation add constraint reservation_ready check (ready_at is null or item_id is not null);
alter table reservation add constraint reservation_pickup check ((ready_at is null) = (pickup_until_on is null));
alter table reservation add column kind text not null default 'normal'
  check (kind in ('normal', 'parallel', 'serial', 'interlibrary'));
-- Reservations placed together; of parallel ones the first that is filled ends the others.
alter table reservation add column transaction_id uuid;
update reservation set transaction_id = id;
alter table reservation alter column transaction_id set not null;
create index reservation_transaction on reservation (transaction_id);
-- The issue of a periodical that is wanted; empty for everything else.
alter table reservation add column issue text not null default '';
-- Only this very item will do.
alter table reservation add column wanted_item_id uuid references item (id);
create index reservation_wanted_item on reservation (wanted_item_id) where wanted_item_id is not null;
-- Not filled before this day.
alter table reservation add column active_from_on date;
-- When the patron was told that it is ready; what becomes ready together is told in one message.
alter table reservation add column told_at timestamptz;
create index reservation_untold on reservation (ready_at) where ready_at is not null and told_at is null;
alter table reservation add column interest_warned_at timestamptz;
alter table reservation add column pickup_warned_at timestamptz;
drop index reservation_once;
create unique index reservation_once on reservation (patron_id, title_id, issue);
drop index reservation_queue;
create index reservation_queue on reservation (title_id, issue, placed_at, id) where item_id is null;
-- Two reservations that stand on one branch's pickup shelf never have the same number.
create unique index reservation_pickup_number on reservation (pickup_branch_id, pickup_number)
  where pickup_number is not null;

-- While somebody is away their reservations are not filled, and keep their place.
create table absence (
  patron_id uuid primary key references patron (id) on delete cascade,
  from_on date not null,
  until_on date,
  set_at timestamptz not null,
  check (until_on is null or until_on >= from_on)
);

-- Somebody is fetching this item for a reservation, so that nobody else goes for it.
create table pick (
  item_id uuid primary key references item (id) on delete cascade,
  title_id uuid not null references title (id) on delete cascade,
  branch_id uuid not null references branch (id),
  taken_by uuid not null,
  taken_at timestamptz not null
);
create index pick_title on pick (title_id);
create index pick_taken_by on pick (taken_by);
