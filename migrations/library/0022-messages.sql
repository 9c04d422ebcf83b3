-- More channels, what they say afterwards, and how patrons want to be written to.
alter table message drop constraint message_channel_check;
alter table message add constraint message_channel_check
  check (channel in ('email', 'sms', 'letter', 'digital-post', 'push'));
alter table message drop constraint message_given_up_because_check;
alter table message add constraint message_given_up_because_check
  check (given_up_because in ('too-old', 'refused', 'unsure', 'withdrawn'));
-- What the channel has said of it since: arrived, or come back.
alter table message add column delivered_at timestamptz;
alter table message add column bounced_at timestamptz;
-- Somebody has looked at a message that never arrived and done what there was to do.
alter table message add column handled_at timestamptz;
create index message_bounced on message (bounced_at) where bounced_at is not null;

-- An address that mail came back from is not written to until it is changed or confirmed.
alter table patron add column email_bounced_at timestamptz;
alter table patron add column phone_bounced_at timestamptz;
-- How a patron wants to be written to. Titles go in e-mail only to those who asked for it.
alter table patron add column wants_email boolean not null default true;
alter table patron add column wants_sms boolean not null default true;
alter table patron add column wants_titles boolean not null default false;

-- An app or browser that takes push messages; gone when it is signed off.
create table push_subscription (
  id uuid primary key,
  patron_id uuid not null references patron (id) on delete cascade,
  endpoint text not null unique,
  p256dh text not null,
  auth text not null,
  added_at timestamptz not null
);
create index push_subscription_patron on push_subscription (patron_id);
