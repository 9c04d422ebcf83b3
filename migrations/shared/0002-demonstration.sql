-- Marks a database that holds invented libraries: only there may a time machine move the clock and sign-ins be printed.
create table demonstration (
  only_one boolean primary key default true check (only_one),
  seed text not null,
  begun_at timestamptz not null,
  finished_at timestamptz,
  -- How many seconds the libraries' clock is ahead of the world's.
  ahead_seconds bigint not null default 0
);
