-- What lending rules count by, and the loans that somebody answers for, disputes or made while Kvit was out of reach.
alter table loan add column material_group text not null default 'standard';
-- The patron says it is returned; the loan stays open, nobody is reminded, and it is not counted as lost.
alter table loan add column claimed_returned_at timestamptz;
-- The one late fee of loans that came back together, where another loan is the one it was charged for.
-- It leads nowhere once the fee has ended.
alter table loan add column fee_id uuid;
create index loan_fee on loan (fee_id) where fee_id is not null;
-- Who held an item last, while that may be known.
create index loan_item on loan (item_id);

-- A loan that somebody else answers to the desk for: the teacher of a class. Gone when the loan is settled.
create table group_loan (
  loan_id uuid primary key references loan (id) on delete cascade,
  patron_id uuid not null references patron (id) on delete cascade,
  since_at timestamptz not null
);
create index group_loan_patron on group_loan (patron_id);

-- What a desk or machine did while Kvit was out of reach, done again here once. No card and no item is kept.
create table offline_event (
  id uuid primary key,
  happened_at timestamptz not null,
  replayed_at timestamptz not null,
  outcome text not null
);
create index offline_event_replayed_at on offline_event (replayed_at);
