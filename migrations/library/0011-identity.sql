-- Who a patron is, who answers for a child, and what stands in the way of lending.
alter table patron add column kind text not null default 'person'
  check (kind in ('person', 'institution', 'group', 'company'));
alter table patron add column contact_name text;
alter table patron add column photo_id_at timestamptz;
alter table patron add column health_card_blocked_at timestamptz;
alter table patron add column inactivity_warned_at timestamptz;
-- Whether the CPR register tells us of changes: not at all, as soon as it can be reached, or it does.
alter table patron add column register text not null default 'none' check (register in ('none', 'wanted', 'followed'));
create index patron_register_wanted on patron (id) where register = 'wanted';
create index patron_born on patron (birth_on, lower(name));

alter table identifier add column blocked_at timestamptz;
alter table identifier add column blocked_because text check (blocked_because in ('lost', 'stolen', 'replaced'));
alter table identifier add constraint identifier_blocked check ((blocked_at is null) = (blocked_because is null));

-- Who answers for a child, and the proof of their consent. Ends the day the child turns 18.
create table guardianship (
  id uuid primary key,
  patron_id uuid not null references patron (id) on delete cascade,
  -- Where the guardian is a patron here too.
  guardian_id uuid references patron (id) on delete set null,
  name text not null,
  -- Sealed under the child's key: the row is about the child.
  cpr_sealed bytea,
  cpr_hash bytea,
  email text,
  phone text,
  liable boolean not null,
  may_see boolean not null,
  proof text not null check (proof in ('paper', 'mitid', 'moved')),
  consented_at timestamptz not null,
  noted_by uuid,
  check ((cpr_sealed is null) = (cpr_hash is null))
);
create index guardianship_patron on guardianship (patron_id);
create unique index guardianship_guardian on guardianship (guardian_id, patron_id) where guardian_id is not null;
create index guardianship_cpr on guardianship (cpr_hash) where cpr_hash is not null;

insert into guardianship (id, patron_id, name, liable, may_see, proof, consented_at)
  select gen_random_uuid(), id, guardian_name, true, false, 'paper', enrolled_at from patron
  where guardian_name is not null;
alter table patron drop column guardian_name;

-- What a guardian who is a patron may look at: said in a row of their own, so that their export tells it.
create table ward (
  id uuid primary key,
  patron_id uuid not null references patron (id) on delete cascade,
  child_id uuid not null references patron (id) on delete cascade,
  since_at timestamptz not null,
  unique (patron_id, child_id)
);
create index ward_child on ward (child_id);

-- A loan block stops lending and nothing else; it is deleted when it is lifted.
create table loan_block (
  id uuid primary key,
  patron_id uuid not null references patron (id) on delete cascade,
  code text not null check (code in ('card-stolen', 'exclusion', 'extended-exclusion', 'self-service', 'self-enrolled',
    'debt', 'deceased', 'emigrated', 'other')),
  automatic boolean not null,
  reason text,
  message text,
  since_on date not null,
  until_on date,
  placed_by uuid,
  placed_at timestamptz not null,
  unique (patron_id, code)
);

-- An access ban closes the door and stops no loan.
create table access_ban (
  id uuid primary key,
  patron_id uuid not null references patron (id) on delete cascade,
  reason text not null,
  message text,
  from_on date not null,
  until_on date,
  decided_by uuid not null,
  decided_at timestamptz not null
);
create index access_ban_patron on access_ban (patron_id);

create table note (
  id uuid primary key,
  patron_id uuid not null references patron (id) on delete cascade,
  -- Only staff read an internal note; the other kind is printed on what the patron gets.
  audience text not null check (audience in ('staff', 'patron')),
  text text not null,
  written_by uuid not null,
  written_at timestamptz not null
);
create index note_patron on note (patron_id);

-- What someone at the desk must look at: a death, a custody change, a number the register refused, a possible duplicate.
create table patron_task (
  id uuid primary key,
  patron_id uuid not null references patron (id) on delete cascade,
  kind text not null check (kind in ('deceased', 'custody-changed', 'register-unknown', 'number-ended', 'disappeared',
    'emigrated', 'duplicate', 'self-enrolled')),
  made_at timestamptz not null,
  done_at timestamptz,
  done_by uuid
);
create unique index patron_task_once on patron_task (patron_id, kind) where done_at is null;
create index patron_task_done_at on patron_task (done_at);

-- The library's rules and prices. No version is ever removed: acceptances name them.
create table terms (
  document text not null check (document in ('rules', 'prices', 'house-rules')),
  version int not null check (version > 0),
  text_da text not null,
  text_en text not null,
  published_at timestamptz not null,
  primary key (document, version)
);

create table acceptance (
  id uuid primary key,
  patron_id uuid not null references patron (id) on delete cascade,
  document text not null,
  version int not null,
  accepted_by text not null check (accepted_by in ('patron', 'guardian')),
  channel text not null check (channel in ('desk', 'web', 'door')),
  accepted_at timestamptz not null,
  unique (patron_id, document, version)
);

-- How far the CPR register's changes have been read.
create table register_cursor (
  only_one boolean primary key default true check (only_one),
  after text,
  read_at timestamptz not null
);
