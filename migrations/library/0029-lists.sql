-- Titles a patron wants to remember, on lists of their own.
create table list (
  id uuid primary key,
  patron_id uuid not null references patron (id) on delete cascade,
  name text not null check (name <> ''),
  made_at timestamptz not null
);
create index list_patron on list (patron_id, made_at);

create table list_entry (
  id uuid primary key,
  list_id uuid not null references list (id) on delete cascade,
  patron_id uuid not null references patron (id) on delete cascade,
  title_id uuid not null references title (id) on delete cascade,
  added_at timestamptz not null,
  unique (list_id, title_id)
);
create index list_entry_patron on list_entry (patron_id);
create index list_entry_title on list_entry (title_id);
