-- Who at the desk took, gave back, reduced or wrote off. Of older entries nobody knows.
alter table bookkeeping_entry add column made_by uuid;
-- The catalogue's changes end by the policy now, counted from when they were made.
create index catalogue_change_changed_at on catalogue_change (changed_at);
