-- What was scanned while Kvit was out of reach and could not be done: staff look at the item. Its number stays only until
-- they have; the card that was scanned is never kept.
alter table offline_event
  add column deed text,
  add column branch_id uuid,
  add column item_id uuid references item (id) on delete set null,
  add column because text[] not null default '{}',
  add column seen_at timestamptz;
create index offline_event_unseen on offline_event (happened_at) where outcome = 'conflict' and seen_at is null;
