-- The outbox, and afterwards the overview that something was sent. Content goes by the policy; the fact stays.
create table message (
  id uuid primary key,
  patron_id uuid not null references patron (id) on delete cascade,
  kind text not null,
  channel text not null check (channel in ('email', 'sms', 'letter', 'digital-post')),
  language text not null check (language in ('da', 'en')),
  recipient text,
  subject text,
  body text,
  queued_at timestamptz not null,
  sent_at timestamptz,
  given_up_at timestamptz,
  redacted_at timestamptz,
  check (sent_at is null or given_up_at is null)
);
create index message_patron on message (patron_id);
create index message_waiting on message (queued_at) where sent_at is null and given_up_at is null;
create index message_sent_at on message (sent_at) where redacted_at is null;
create index message_given_up_at on message (given_up_at) where redacted_at is null;
