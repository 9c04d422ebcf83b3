-- What is owed and paid. One purpose, one row: each of these tables ends on a day of its own.
create table fee (
  id uuid primary key,
  patron_id uuid not null references patron (id),
  loan_id uuid references loan (id) on delete set null,
  reason text not null check (reason in ('overdue')),
  amount_ore int not null check (amount_ore > 0),
  paid_ore int not null check (paid_ore between 0 and amount_ore),
  charged_at timestamptz not null,
  settled_at timestamptz,
  check ((settled_at is null) = (paid_ore < amount_ore))
);
create index fee_patron on fee (patron_id);
create index fee_loan on fee (loan_id);
create index fee_settled_at on fee (settled_at);

create table compensation (
  id uuid primary key,
  patron_id uuid not null references patron (id),
  loan_id uuid references loan (id) on delete set null,
  reason text not null check (reason in ('lost', 'damaged')),
  amount_ore int not null check (amount_ore > 0),
  paid_ore int not null check (paid_ore between 0 and amount_ore),
  charged_at timestamptz not null,
  settled_at timestamptz,
  check ((settled_at is null) = (paid_ore < amount_ore))
);
create index compensation_patron on compensation (patron_id);
create index compensation_loan on compensation (loan_id);
create index compensation_settled_at on compensation (settled_at);

create table payment (
  id uuid primary key,
  patron_id uuid not null references patron (id),
  fee_id uuid references fee (id) on delete set null,
  compensation_id uuid references compensation (id) on delete set null,
  amount_ore int not null check (amount_ore > 0),
  method text not null check (method in ('cash', 'card', 'online')),
  receipt_number text not null unique,
  paid_at timestamptz not null
);
create index payment_patron on payment (patron_id);
create index payment_fee on payment (fee_id);
create index payment_compensation on payment (compensation_id);
create index payment_paid_at on payment (paid_at);

-- The accounts. No title and no loan; the payer is named by an id that leads nowhere once the patron is gone.
create table bookkeeping_entry (
  id uuid primary key,
  patron_id uuid not null,
  -- The fee or compensation it is about; it leads nowhere once that row has ended.
  claim_id uuid not null,
  number text not null unique,
  account text not null check (account in ('fee', 'compensation')),
  amount_ore int not null,
  booked_at timestamptz not null,
  settled_at timestamptz
);
create index bookkeeping_entry_patron on bookkeeping_entry (patron_id);
create index bookkeeping_entry_claim on bookkeeping_entry (claim_id);
create index bookkeeping_entry_settled_at on bookkeeping_entry (settled_at);
