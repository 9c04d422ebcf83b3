-- The websites and apps that may sign patrons in here: nobody's data, and the same for every library.
create table oauth_client (
  id text primary key,
  title text not null,
  secret_hash text,
  redirect_uris text[] not null,
  -- What of a person this client is told.
  attributes text[] not null,
  -- Whether its tokens reach its patrons' own library only, or any.
  agencies text not null check (agencies in ('own', 'any')),
  added_at timestamptz not null,
  disabled_at timestamptz
);
