-- Who changed what of a colleague's access, and what it was before, so that it can be put back.
create table staff_change (
  id uuid primary key,
  staff_id uuid not null references staff (id) on delete cascade,
  kind text not null check (kind in ('added', 'roles', 'password', 'second-factor', 'left')),
  roles_was text[],
  roles_became text[],
  branches_was uuid[],
  branches_became uuid[],
  changed_at timestamptz not null,
  changed_by uuid
);
create index staff_change_staff on staff_change (staff_id, changed_at);
create index staff_change_changed_at on staff_change (changed_at);
