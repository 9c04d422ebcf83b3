-- Who let themselves in when no staff were there.
create table visit (
  id uuid primary key,
  patron_id uuid not null references patron (id) on delete cascade,
  branch_id uuid not null,
  -- The machine that stands there.
  door text not null,
  entered_at timestamptz not null,
  -- Let in by the door itself, while Kvit did not answer.
  during_outage boolean not null
);
create index visit_patron on visit (patron_id, entered_at);
create index visit_branch on visit (branch_id, entered_at);
create index visit_entered_at on visit (entered_at);

-- What surveillance has last said of itself at each branch.
create table surveillance_report (
  branch_id uuid primary key,
  healthy boolean not null,
  reported_at timestamptz not null,
  reported_by text not null
);
