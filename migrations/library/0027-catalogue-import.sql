-- Files of records on their way into the catalogue: uploaded, read in the background, and gone on with after a stop.
create table catalogue_import (
  id uuid primary key,
  started_at timestamptz not null,
  started_by uuid,
  -- Whose numbering the records have.
  source text not null,
  default_branch_id uuid references branch (id),
  encoding text,
  state text not null check (state in ('receiving', 'waiting', 'running', 'stopped', 'failed', 'done')),
  failed_because text check (failed_because in ('disk-full', 'fault')),
  bytes bigint not null default 0,
  bytes_done bigint not null default 0,
  -- The number of the last record of the file that is dealt with: the next one is begun with.
  through int not null default 0,
  records int not null default 0,
  new_titles int not null default 0,
  items int not null default 0,
  faults int not null default 0,
  -- In the world's time: whoever works on it says so, and who is silent has gone.
  moved_at timestamptz not null,
  -- Who works on it: of two, the one that took it last.
  worker uuid,
  finished_at timestamptz
);
create index catalogue_import_started on catalogue_import (started_at);

-- The file itself, until it is read.
create table catalogue_import_part (
  import_id uuid not null references catalogue_import (id) on delete cascade,
  number int not null,
  bytes bytea not null,
  primary key (import_id, number)
);

create table catalogue_import_fault (
  import_id uuid not null references catalogue_import (id) on delete cascade,
  number int not null,
  position bigint not null,
  fault text not null,
  primary key (import_id, number)
);

create table catalogue_import_warning (
  import_id uuid not null references catalogue_import (id) on delete cascade,
  warning text not null,
  number int not null,
  times int not null,
  primary key (import_id, warning)
);
