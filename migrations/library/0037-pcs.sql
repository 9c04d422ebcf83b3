-- Who is logged on to which of the library's PCs; and who has booked a gaming PC, by telephone number.
create table pc_session (
  id uuid primary key,
  patron_id uuid not null references patron (id) on delete cascade,
  -- The name of the PC's account as a machine.
  pc text not null,
  branch_id uuid not null,
  begun_at timestamptz not null,
  -- When the time is used up and the PC logs off by itself.
  until_at timestamptz not null,
  ended_at timestamptz
);
create unique index pc_session_open on pc_session (pc) where ended_at is null;
create index pc_session_patron on pc_session (patron_id);
create index pc_session_begun_at on pc_session (begun_at);
create index pc_session_ended_at on pc_session (ended_at);

create table gaming_pc (
  id uuid primary key,
  name text not null check (name <> ''),
  added_at timestamptz not null,
  closed_at timestamptz
);

create table gaming_booking (
  id uuid primary key,
  gaming_pc_id uuid not null references gaming_pc (id),
  patron_id uuid references patron (id) on delete cascade,
  phone text not null,
  booked_at timestamptz not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at >= starts_at)
);
create index gaming_booking_pc on gaming_booking (gaming_pc_id, starts_at);
create index gaming_booking_patron on gaming_booking (patron_id);
create index gaming_booking_ends_at on gaming_booking (ends_at);

-- The desk refuses an event without length in plain words; here it is only kept from ending before it begins.
alter table event drop constraint event_check;
alter table event add constraint event_ends check (ends_at >= starts_at);
