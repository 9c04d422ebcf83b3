-- What a patron has asked to be fetched from another library: its title and item are rows of their own, which the
-- catalogue does not show. Who asked is told by the reservation alone, and gone with it.
create table interlibrary (
  title_id uuid primary key references title (id) on delete cascade,
  -- The national number, where it was asked for by one.
  record_id text,
  asked_at timestamptz not null,
  lender text,
  ordered_at timestamptz,
  -- When the lender wants it back.
  return_by_on date,
  -- Sent back, or never to be had.
  ended_at timestamptz,
  check ((lender is null) = (ordered_at is null))
);
create index interlibrary_open on interlibrary (asked_at) where ended_at is null;
