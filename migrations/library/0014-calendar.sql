-- Days on which a branch, or the whole library, is closed although the week says otherwise.
create table closed_day (
  id uuid primary key,
  -- None named means every branch.
  branch_id uuid references branch (id) on delete cascade,
  day date not null,
  reason_da text not null,
  reason_en text not null,
  unique nulls not distinct (branch_id, day)
);
create index closed_day_day on closed_day (day);
