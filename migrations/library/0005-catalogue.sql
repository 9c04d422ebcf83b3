-- Titles and items: about nobody.
create table title (
  id uuid primary key,
  -- Where the record comes from and its number there, so that a second import updates rather than doubles.
  source text not null,
  record_id text not null,
  title text not null,
  subtitle text,
  author text,
  contributors text[] not null,
  edition text,
  publisher text,
  year int,
  language text,
  isbn text[] not null,
  dk5 text,
  subjects text[] not null,
  material text not null,
  audience text not null check (audience in ('adult', 'child')),
  series text,
  volume text,
  pages text,
  changed_at timestamptz not null,
  unique (source, record_id)
);
create index title_title on title (lower(title));

create table item (
  id uuid primary key,
  title_id uuid not null references title (id),
  barcode text not null unique,
  branch_id uuid not null references branch (id),
  shelf text,
  state text not null check (state in ('available', 'on-loan', 'on-shelf-for-pickup', 'lost', 'withdrawn')),
  added_at timestamptz not null
);
create index item_title on item (title_id);
create index item_branch on item (branch_id);
