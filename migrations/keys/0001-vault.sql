-- One data key for each person, wrapped by the master key; the key of the lookup hashes; and the memory of erasures.
create table lookup_key (
  only_one boolean primary key default true check (only_one),
  wrapped bytea not null
);

create table person_key (
  person_id uuid primary key,
  wrapped bytea not null
);

-- A tombstone outlives the oldest backup, so that a restore can bury again whom the backup brings back.
create table tombstone (
  person_id uuid primary key,
  erased_at timestamptz not null,
  finished_at timestamptz
);
create index tombstone_unfinished on tombstone (person_id) where finished_at is null;
create index tombstone_erased_at on tombstone (erased_at);
