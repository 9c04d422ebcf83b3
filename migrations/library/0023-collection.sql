-- Claims handed over to the municipality's debt collection, and what a payment online must remember to heal by itself.
create table collection_case (
  id uuid primary key,
  -- No reference: the row is kept after the patron is forgotten, as the accounts are.
  patron_id uuid not null,
  claim_kind text not null check (claim_kind in ('fee', 'compensation')),
  -- Leads nowhere once the claim has ended.
  claim_id uuid not null,
  -- What the municipality knows the case by: random digits that say nothing.
  reference text not null unique,
  -- What was handed over.
  amount_ore int not null check (amount_ore > 0),
  -- What the municipality says has been paid to it and given up by it, in all.
  paid_ore int not null default 0 check (paid_ore >= 0),
  written_down_ore int not null default 0 check (written_down_ore >= 0),
  state text not null check (state in
    ('prepared', 'sent', 'accepted', 'rejected', 'reminded', 'filed', 'paid', 'withdrawn', 'written-off')),
  -- A code: why it was rejected, withdrawn or written off.
  reason text,
  prepared_at timestamptz not null,
  sent_at timestamptz,
  changed_at timestamptz not null,
  settled_at timestamptz
);
create index collection_case_patron on collection_case (patron_id);
create index collection_case_settled_at on collection_case (settled_at);
create unique index collection_case_open on collection_case (claim_id) where settled_at is null;

-- While the municipality has a claim nobody pays it here; null again when it comes back.
alter table fee add column handed_over_at timestamptz;
alter table compensation add column handed_over_at timestamptz;

-- The provider's page, so that a second start leads to the payment that is under way; empty when that has ended.
alter table payment_order add column page_url text;
-- What came in although somebody had paid elsewhere meanwhile, and when it had gone back. Until then it is not ended.
alter table payment_order add column refund_ore int not null default 0 check (refund_ore >= 0);
alter table payment_order add column refunded_at timestamptz;
alter table payment_order drop constraint payment_order_check;
alter table payment_order add constraint payment_order_open check (ended_at is null or state not in ('created', 'open'));
