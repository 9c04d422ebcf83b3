-- What a patron has on loan now is counted in every checkout, however much they have borrowed before.
create index loan_open_patron on loan (patron_id) where returned_at is null and lost_at is null;

-- The patron wants a receipt: what is lent in one visit is told in one message, when the visit is over.
alter table loan add column receipt_wanted_at timestamptz;
create index loan_receipt_wanted on loan (patron_id, receipt_wanted_at) where receipt_wanted_at is not null;
