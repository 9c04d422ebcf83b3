-- Patrons and what they are known by. CPR numbers and protected addresses are sealed under the person's own key.
create table patron (
  id uuid primary key,
  number text not null unique,
  name text not null,
  birth_on date,
  address text,
  postcode text,
  city text,
  protected boolean not null,
  -- Address, postcode and city of a protected person, as lines; the three columns above are then empty.
  address_sealed bytea,
  municipality text,
  cpr_sealed bytea,
  -- The keyed hash a CPR number is found by; another in each library.
  cpr_hash bytea unique,
  email text,
  phone text,
  guardian_name text,
  patron_group text not null check (patron_group in ('adult', 'child')),
  home_branch_id uuid not null references branch (id),
  language text not null check (language in ('da', 'en')),
  enrolled_at timestamptz not null,
  last_active_at timestamptz not null,
  check (not protected or (address is null and postcode is null and city is null)),
  check (protected or address_sealed is null),
  check ((cpr_sealed is null) = (cpr_hash is null))
);
create index patron_last_active_at on patron (last_active_at);
create index patron_name on patron (lower(name));

create table identifier (
  id uuid primary key,
  patron_id uuid not null references patron (id) on delete cascade,
  kind text not null check (kind in ('patron-number', 'library-card')),
  value text not null unique,
  added_at timestamptz not null
);
create index identifier_patron on identifier (patron_id);
