-- What the national website and app hold for a person: codes used once, and tokens. Only hashes are kept; what we know
-- of someone who is no patron yet is sealed under the code or token itself, which nobody but its bearer has.
create table oauth_code (
  id uuid primary key,
  code_hash bytea not null unique,
  client_id text not null,
  patron_id uuid references patron (id) on delete cascade,
  person_sealed bytea,
  means text not null check (means in ('borchk', 'nemlogin')),
  redirect_uri text not null,
  made_at timestamptz not null,
  used_at timestamptz,
  expires_at timestamptz not null
);
create index oauth_code_patron on oauth_code (patron_id);
create index oauth_code_expires_at on oauth_code (expires_at);

create table oauth_token (
  id uuid primary key,
  token_hash bytea not null unique,
  client_id text not null,
  code_id uuid,
  patron_id uuid references patron (id) on delete cascade,
  person_sealed bytea,
  means text not null check (means in ('borchk', 'nemlogin', 'anonymous')),
  made_at timestamptz not null,
  expires_at timestamptz not null
);
create index oauth_token_patron on oauth_token (patron_id);
create index oauth_token_code on oauth_token (code_id);
create index oauth_token_expires_at on oauth_token (expires_at);
