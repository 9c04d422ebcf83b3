-- A claim may be credited as well as paid. What is left is amount - paid - credited; below zero the library owes it back.
alter table fee add column credited_ore int not null default 0;
alter table fee add constraint fee_credited check (credited_ore between 0 and amount_ore);
alter table fee drop constraint fee_check1;
alter table fee add constraint fee_settled check ((settled_at is null) = (paid_ore + credited_ore <> amount_ore));
-- The bill's number, and what it was for: the day of the loan or its last renewal, when it was due and when it came back.
alter table fee add column number text unique;
alter table fee add column loaned_on date;
alter table fee add column due_on date;
alter table fee add column returned_on date;
alter table fee add column pay_by_on date;

alter table compensation add column credited_ore int not null default 0;
alter table compensation add constraint compensation_credited check (credited_ore between 0 and amount_ore);
alter table compensation drop constraint compensation_check1;
alter table compensation add constraint compensation_settled
  check ((settled_at is null) = (paid_ore + credited_ore <> amount_ore));
alter table compensation add column number text unique;
alter table compensation add column handling_ore int not null default 0 check (handling_ore between 0 and amount_ore);
alter table compensation add column pay_by_on date;

-- A payment back is an entry of its own, below zero.
alter table payment drop constraint payment_amount_ore_check;
alter table payment add constraint payment_amount_ore_check check (amount_ore <> 0);
alter table payment drop constraint payment_method_check;
alter table payment add constraint payment_method_check check (method in ('cash', 'card', 'online', 'municipality'));
alter table payment add column order_id uuid;
alter table payment add column branch_id uuid references branch (id);
alter table payment add column taken_by uuid;
create index payment_of_order on payment (order_id) where order_id is not null;
create index payment_taken_by on payment (taken_by) where taken_by is not null;

alter table bookkeeping_entry add column kind text not null default 'charge'
  check (kind in ('charge', 'payment', 'credit', 'write-off', 'refund'));
update bookkeeping_entry set kind = 'payment' where amount_ore < 0;
alter table bookkeeping_entry add column method text;
alter table bookkeeping_entry add column branch_id uuid;
create index bookkeeping_entry_booked_at on bookkeeping_entry (booked_at);

-- A payment on the way through the provider's page. Whole claims only.
create table payment_order (
  id uuid primary key,
  patron_id uuid not null references patron (id) on delete cascade,
  provider text not null,
  -- The provider's own number of it; unknown until it has answered.
  provider_id text unique,
  state text not null check (state in ('created', 'open', 'paid', 'failed', 'cancelled')),
  amount_ore int not null check (amount_ore > 0),
  fee_ids uuid[] not null,
  compensation_ids uuid[] not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  check ((state in ('created', 'open')) = (ended_at is null))
);
create index payment_order_patron on payment_order (patron_id);
create index payment_order_ended_at on payment_order (ended_at);
create index payment_order_open on payment_order (created_at) where ended_at is null;
