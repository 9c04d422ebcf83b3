-- What happens at the library, and who has a place. Which of the two tables a library uses its policy says.
create table event (
  id uuid primary key,
  name text not null check (name <> ''),
  about text not null,
  place text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  seats int not null check (seats > 0),
  cancelled_at timestamptz
);
create index event_starts_at on event (starts_at);

create table event_registration (
  id uuid primary key,
  event_id uuid not null references event (id),
  patron_id uuid references patron (id) on delete cascade,
  number text not null unique,
  name text not null,
  email text,
  phone text,
  language text not null check (language in ('da', 'en')),
  registered_at timestamptz not null,
  leave_key text not null unique,
  receipt_at timestamptz,
  told_at timestamptz,
  -- The end of the event, by which the row ends.
  event_ends_at timestamptz not null
);
create index event_registration_event on event_registration (event_id);
create index event_registration_patron on event_registration (patron_id);
create index event_registration_ends on event_registration (event_ends_at);

create table ticket (
  id uuid primary key,
  event_id uuid not null references event (id),
  patron_id uuid references patron (id) on delete cascade,
  number text not null unique,
  name text not null,
  email text,
  phone text,
  language text not null check (language in ('da', 'en')),
  registered_at timestamptz not null,
  leave_key text not null unique,
  receipt_at timestamptz,
  told_at timestamptz,
  event_ends_at timestamptz not null
);
create index ticket_event on ticket (event_id);
create index ticket_patron on ticket (patron_id);
create index ticket_ends on ticket (event_ends_at);
