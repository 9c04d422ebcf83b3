-- How patrons prove who they are, and the browsers they have done it in.
create table pin (
  patron_id uuid primary key references patron (id) on delete cascade,
  -- argon2id over the PIN and a pepper that no database holds.
  hash text not null,
  set_by text not null check (set_by in ('patron', 'desk', 'mitid', 'link', 'moved')),
  set_at timestamptz not null
);

create table pin_reset (
  id uuid primary key,
  patron_id uuid not null references patron (id) on delete cascade,
  token_hash bytea not null unique,
  made_at timestamptz not null,
  expires_at timestamptz not null
);
create index pin_reset_patron on pin_reset (patron_id);
create index pin_reset_expires_at on pin_reset (expires_at);

-- Tries to sign in, by keyed hash of what was presented, whether or not anyone has it.
create table sign_in_try (
  id uuid primary key,
  key bytea not null unique,
  tries int not null,
  expires_at timestamptz not null
);
create index sign_in_try_expires_at on sign_in_try (expires_at);

create table patron_session (
  id uuid primary key,
  token_hash bytea not null unique,
  patron_id uuid not null references patron (id) on delete cascade,
  means text not null check (means in ('pin', 'mitid')),
  began_at timestamptz not null,
  expires_at timestamptz not null
);
create index patron_session_patron on patron_session (patron_id);
create index patron_session_expires_at on patron_session (expires_at);
