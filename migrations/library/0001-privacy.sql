-- The heart: which policy is in force, what each night did, and the rights of persons that bear on it.
-- Numbers and hashes only, save where a column names a patron or a member of staff by id.

create table policy_version (
  number int primary key check (number > 0),
  text text not null,
  hash bytea not null unique,
  effective_on date not null,
  published_at timestamptz not null,
  -- The founding policy is published by the operator; every later one by two members of staff.
  founded_by text,
  proposed_by uuid,
  approved_by uuid,
  check ((founded_by is null) <> (proposed_by is null)),
  check (proposed_by is null or (approved_by is not null and approved_by <> proposed_by))
);

create table policy_proposal (
  id uuid primary key,
  text text not null,
  hash bytea not null,
  proposed_by uuid not null,
  proposed_at timestamptz not null,
  approved_by uuid check (approved_by <> proposed_by),
  approved_at timestamptz,
  -- A publication that removes much must be confirmed once more, knowing how much.
  confirmed_at timestamptz,
  published_number int references policy_version (number),
  withdrawn_at timestamptz
);

create table night (
  night_on date primary key,
  began_at timestamptz not null,
  ended_at timestamptz not null,
  policy_version int not null,
  late_days int not null check (late_days >= 0),
  outcome text not null check (outcome in ('kept', 'overdue'))
);

-- What the night under way has done so far, written in the same transaction as each batch, so that a killed run
-- resumed still counts right.
create table night_progress (
  clause text primary key,
  rows_gone bigint not null,
  batches int not null
);

create table retention_step (
  number bigint primary key check (number > 0),
  night_on date not null,
  policy_version int not null,
  clause text not null,
  cutoff_at timestamptz not null,
  rows_gone bigint not null,
  batches int not null,
  held bigint not null,
  restricted bigint not null,
  -- Patrons past their end who still have something on loan, owe something, or are under a hold.
  still_open bigint not null,
  overdue bigint not null,
  oldest_at timestamptz,
  ended_at timestamptz not null,
  previous_hash bytea not null,
  hash bytea not null unique
);
create index retention_step_clause on retention_step (clause, number desc);
create index retention_step_night on retention_step (night_on);

create table hold (
  id uuid primary key,
  table_name text not null,
  row_id uuid not null,
  patron_id uuid,
  reason text not null,
  placed_by text not null,
  placed_at timestamptz not null,
  until_on date,
  ended_at timestamptz
);
create unique index hold_once on hold (table_name, row_id) where ended_at is null;
create index hold_patron on hold (patron_id);
create index hold_ended_at on hold (ended_at);

create table restriction (
  id uuid primary key,
  patron_id uuid not null,
  reason text not null,
  placed_by text not null,
  placed_at timestamptz not null,
  ended_at timestamptz
);
create unique index restriction_once on restriction (patron_id) where ended_at is null;
create index restriction_ended_at on restriction (ended_at);

create table consent (
  id uuid primary key,
  patron_id uuid not null,
  purpose text not null,
  wording text not null,
  wording_version int not null,
  language text not null check (language in ('da', 'en')),
  given_by text not null check (given_by in ('patron', 'guardian')),
  channel text not null,
  given_at timestamptz not null,
  withdrawn_at timestamptz
);
create unique index consent_once on consent (patron_id, purpose) where withdrawn_at is null;
create index consent_withdrawn_at on consent (withdrawn_at);

create table access_log (
  id uuid primary key,
  patron_id uuid not null,
  staff_id uuid not null,
  seen_at timestamptz not null,
  what text not null,
  why text not null
);
create index access_log_patron on access_log (patron_id);
create index access_log_seen_at on access_log (seen_at);

create table disclosure (
  id uuid primary key,
  patron_id uuid,
  recipient text not null,
  fields text not null,
  purpose text not null,
  outcome text not null check (outcome in ('handed-over', 'refused')),
  refused_because text,
  made_at timestamptz not null
);
create index disclosure_patron on disclosure (patron_id);
create index disclosure_made_at on disclosure (made_at);

-- Proof that a person was erased, without the person: the receipt's number is known only to who was given it.
create table erasure_receipt (
  id uuid primary key,
  erased_on date not null,
  asked_by text not null check (asked_by in ('patron', 'inactivity', 'operator'))
);
