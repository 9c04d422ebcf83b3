-- What the library writes to whoever has asked for it, and who has. A sign-up goes the moment somebody signs off.
create table newsletter (
  id uuid primary key,
  channel text not null check (channel in ('email', 'sms')),
  name text not null check (name <> ''),
  about text not null,
  made_at timestamptz not null,
  closed_at timestamptz
);

create table newsletter_subscription (
  id uuid primary key,
  newsletter_id uuid not null references newsletter (id),
  patron_id uuid references patron (id) on delete cascade,
  name text not null,
  language text not null check (language in ('da', 'en')),
  -- What was agreed to, word for word.
  wording text not null check (wording <> ''),
  consented_at timestamptz not null,
  leave_key text not null unique,
  email text not null,
  confirmed_at timestamptz,
  asked_at timestamptz
);
create unique index newsletter_subscription_email on newsletter_subscription (newsletter_id, lower(email));
create index newsletter_subscription_patron on newsletter_subscription (patron_id);
create index newsletter_subscription_next on newsletter_subscription (newsletter_id, id);

create table sms_news_subscription (
  id uuid primary key,
  newsletter_id uuid not null references newsletter (id),
  patron_id uuid references patron (id) on delete cascade,
  name text not null,
  language text not null check (language in ('da', 'en')),
  wording text not null check (wording <> ''),
  consented_at timestamptz not null,
  leave_key text not null unique,
  phone text not null,
  entered_by uuid,
  unique (newsletter_id, phone)
);
create index sms_news_subscription_patron on sms_news_subscription (patron_id);
create index sms_news_subscription_next on sms_news_subscription (newsletter_id, id);

create table news_issue (
  id uuid primary key,
  newsletter_id uuid not null references newsletter (id),
  subject text not null,
  body text not null,
  written_at timestamptz not null,
  -- The last sign-up it went to, in the order of their ids.
  reached uuid,
  sent int not null default 0,
  finished_at timestamptz
);
create index news_issue_newsletter on news_issue (newsletter_id, written_at);
create index news_issue_waiting on news_issue (written_at) where finished_at is null;
