-- The catalogue as staff keep it by hand: two who change the same thing at once are told, and what was changed is seen.
alter table title add column version int not null default 1;
-- Taken out of the collection: found by nobody, kept while loans and numbers speak of it.
alter table title add column withdrawn_at timestamptz;
create index title_withdrawn on title (withdrawn_at) where withdrawn_at is not null;
alter table item add column version int not null default 1;
-- About the thing, such as a part that is missing; never about anyone.
alter table item add column note text not null default '';

create table catalogue_change (
  id uuid primary key,
  title_id uuid not null references title (id) on delete cascade,
  -- Empty where the title itself was changed.
  item_id uuid references item (id) on delete cascade,
  kind text not null check (kind in ('added', 'edited', 'withdrawn', 'brought-back', 'moved', 'sent', 'received',
    'damaged', 'mended', 'missing')),
  -- Which column was edited, and from what to what.
  field text,
  was text,
  became text,
  changed_at timestamptz not null,
  changed_by uuid
);
create index catalogue_change_title on catalogue_change (title_id, changed_at) where item_id is null;
create index catalogue_change_item on catalogue_change (item_id, changed_at) where item_id is not null;
