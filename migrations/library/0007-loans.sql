-- Loans, and the counters they leave behind. A counter names neither person nor loan.
create table loan (
  id uuid primary key,
  patron_id uuid not null references patron (id),
  item_id uuid not null references item (id),
  title_id uuid not null references title (id),
  branch_id uuid not null references branch (id),
  material text not null,
  patron_group text not null,
  age_band text not null,
  lent_at timestamptz not null,
  due_on date not null,
  renewals int not null,
  renewed_at timestamptz,
  reminded_at timestamptz,
  overdue_step int not null,
  returned_at timestamptz,
  lost_at timestamptz,
  -- Back, or paid for, and nothing owed because of it. Written by loans.settle, never computed from others later.
  settled_at timestamptz,
  check (settled_at is null or returned_at is not null or lost_at is not null)
);
create index loan_patron on loan (patron_id);
create unique index loan_open_item on loan (item_id) where returned_at is null and lost_at is null;
create index loan_due on loan (due_on) where returned_at is null and lost_at is null;
create index loan_settled_at on loan (settled_at);
create index loan_unsettled on loan (id) where settled_at is null and (returned_at is not null or lost_at is not null);

create table lending (
  title_id uuid not null,
  branch_id uuid not null,
  month date not null,
  loans int not null check (loans > 0),
  primary key (title_id, branch_id, month)
-- A night counts in batches and comes back to the same row: there is room for its next version on the same page.
) with (fillfactor = 70);

create table circulation (
  branch_id uuid not null,
  material text not null,
  patron_group text not null,
  age_band text not null,
  month date not null,
  loans int not null check (loans > 0),
  primary key (branch_id, material, patron_group, age_band, month)
) with (fillfactor = 70);
