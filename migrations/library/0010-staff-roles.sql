-- Staff have the least they need: what was one librarian's role is the desk's, the administrator's is the system's.
update staff set roles = array(
  select case role when 'librarian' then 'desk' when 'administrator' then 'system' else role end
  from unnest(roles) as role);

-- Which branches an account is for; none named means all of them.
alter table staff add column branch_ids uuid[] not null default '{}';
-- Whoever signs in through the municipality has no password here.
alter table staff alter column password_hash drop not null;
alter table staff add column issuer text;
alter table staff add column subject text;
alter table staff add constraint staff_issuer_subject unique (issuer, subject);
alter table staff add constraint staff_can_sign_in check (password_hash is not null or subject is not null);
-- The second factor: the shared secret, the last time step that was used, and the recovery codes that are left.
alter table staff add column totp_sealed bytea;
alter table staff add column totp_step bigint;
alter table staff add column recovery_hashes text[] not null default '{}';

-- Self-service machines, sorters and doors sign in with accounts of their own.
create table terminal (
  id uuid primary key,
  name text not null unique,
  kind text not null check (kind in ('self-service', 'sorter', 'door', 'staff-station', 'payment')),
  branch_id uuid not null references branch (id),
  secret_hash text not null,
  without_pin boolean not null,
  added_at timestamptz not null,
  disabled_at timestamptz,
  last_seen_at timestamptz
);
create index terminal_branch on terminal (branch_id);
