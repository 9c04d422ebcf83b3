-- What is nobody's: which libraries there are, and who holds the lease on running each one's nights.
create table agency (
  name text primary key check (name ~ '^[a-z][a-z0-9_]{1,30}$'),
  number text not null unique check (number ~ '^7[0-9]{5}$'),
  title text not null,
  added_at timestamptz not null,
  -- The newest night that has been run to its end, in Copenhagen's calendar.
  night_on date
);

create table lease (
  name text primary key,
  holder uuid not null,
  until_at timestamptz not null
);
