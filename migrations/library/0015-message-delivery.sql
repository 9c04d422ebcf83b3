-- Sending happens outside any transaction: a message is first marked as on its way, and what became of it is noted after.
alter table message add column tries int not null default 0;
alter table message add column next_try_at timestamptz;
alter table message add column trying_at timestamptz;
-- Why it was given up; for staff to look at.
alter table message add column given_up_because text
  check (given_up_because in ('too-old', 'refused', 'unsure'));
update message set given_up_because = 'too-old' where given_up_at is not null;
alter table message add constraint message_given_up check ((given_up_at is null) = (given_up_because is null));
create index message_trying on message (trying_at) where trying_at is not null and sent_at is null and given_up_at is null;
create index message_dead_letter on message (given_up_at) where given_up_at is not null;
