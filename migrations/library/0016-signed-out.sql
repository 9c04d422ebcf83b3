-- How often a patron has been signed out everywhere: by a new PIN, or on request. A token that a website or app holds is
-- good only while the number it was given under stands.
alter table patron add column times_signed_out int not null default 0;
alter table oauth_token add column times_signed_out int not null default 0;
