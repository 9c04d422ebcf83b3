-- What a patron has on loan now is counted in every checkout, however much they have borrowed before.
create index loan_open_patron on loan (patron_id) where returned_at is null and lost_at is null;
