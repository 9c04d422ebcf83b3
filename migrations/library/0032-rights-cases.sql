-- What a person asks of the library about their own data (GDPR Art. 16, 17, 18 and 21), and what it answered.
create table rights_case (
  id uuid primary key,
  patron_id uuid not null,
  kind text not null check (kind in ('correction', 'restriction', 'objection', 'erasure')),
  wish text not null,
  received_at timestamptz not null,
  due_on date not null,
  -- Set once, when the month was not enough (Art. 12(3)); the day above has then moved.
  extended_because text,
  outcome text check (outcome in ('granted', 'refused', 'withdrawn')),
  answer text,
  answered_by text,
  closed_at timestamptz,
  check ((outcome is null) = (closed_at is null)),
  -- No answer without its reasons (Art. 12(4)); who withdraws owes none.
  check (outcome is null or outcome = 'withdrawn' or (answer is not null and answered_by is not null))
);
create index rights_case_patron on rights_case (patron_id);
create index rights_case_open on rights_case (due_on) where closed_at is null;
create index rights_case_closed_at on rights_case (closed_at);
