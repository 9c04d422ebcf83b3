-- Staff and signed-in browsers.
create table staff (
  id uuid primary key,
  username text not null unique,
  name text not null,
  email text,
  password_hash text not null,
  roles text[] not null,
  added_at timestamptz not null,
  left_at timestamptz
);
create index staff_left_at on staff (left_at);

create table session (
  id uuid primary key,
  token_hash bytea not null unique,
  staff_id uuid not null references staff (id) on delete cascade,
  began_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_expires_at on session (expires_at);
create index session_staff on session (staff_id);
