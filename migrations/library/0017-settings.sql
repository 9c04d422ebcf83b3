-- What a library decides about its daily work. A change is a new version; the newest is in force, the rest its history.
create table setting (
  name text not null,
  version int not null check (version > 0),
  -- A document in JSON that names nobody.
  content text not null,
  changed_at timestamptz not null,
  changed_by uuid,
  primary key (name, version)
);
create index setting_changed_by on setting (changed_by);
