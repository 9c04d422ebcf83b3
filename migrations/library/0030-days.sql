-- What each day has come to, for those who plan the work: numbers, and nobody's. One row for a branch and one for a
-- material group, and never one for both, so that no number is of so few that it points at somebody.
create table day_at_branch (
  day date not null,
  branch_id uuid not null,
  loans int not null check (loans >= 0),
  returns int not null check (returns >= 0),
  -- As it stood when the day was over; empty where nobody was there to count.
  items int,
  on_loan int,
  overdue int,
  waiting int,
  primary key (day, branch_id)
);

create table day_of_group (
  day date not null,
  material_group text not null,
  loans int not null check (loans >= 0),
  items int,
  on_loan int,
  primary key (day, material_group)
);
