-- A library's branches and when they are staffed.
create table branch (
  id uuid primary key,
  code text not null unique,
  name text not null,
  address text not null,
  postcode text not null,
  city text not null
);

create table opening_hours (
  branch_id uuid not null references branch (id) on delete cascade,
  weekday int not null check (weekday between 1 and 7),
  opens time not null,
  closes time not null check (closes > opens),
  staffed boolean not null,
  primary key (branch_id, weekday, opens)
);
