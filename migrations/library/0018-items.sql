-- Where an item is, where it is going, and what lending rules look at.
alter table item add column at_branch_id uuid references branch (id);
update item set at_branch_id = branch_id;
alter table item alter column at_branch_id set not null;
-- The branch it is on its way to.
alter table item add column destination_branch_id uuid references branch (id);
alter table item add column material_group text not null default 'standard';
-- Items of one group stay where they are handed in, at the branches that share them.
alter table item add column float_group text;
alter table item add column price_ore int check (price_ore > 0);
-- One issue of a periodical; empty for everything else.
alter table item add column issue text not null default '';
alter table item add column volume_year text;
alter table item add column last_seen_at timestamptz;

alter table item drop constraint item_state_check;
alter table item add constraint item_state_check check (state in ('on-order', 'available', 'on-loan',
  'on-shelf-for-pickup', 'in-transit', 'claimed-returned', 'damaged', 'missing', 'lost', 'withdrawn'));
alter table item add constraint item_transit check ((state = 'in-transit') = (destination_branch_id is not null));
create index item_at_branch on item (at_branch_id);
create index item_destination on item (destination_branch_id) where destination_branch_id is not null;
create index item_state on item (state, at_branch_id) where state not in ('available', 'on-loan');

-- Use in the house: a number, and nobody's.
create table in_house_use (
  title_id uuid not null,
  branch_id uuid not null,
  month date not null,
  uses int not null check (uses > 0),
  primary key (title_id, branch_id, month)
) with (fillfactor = 70);

-- Which group a library has put a patron in, such as a class of a school; else the age decides.
alter table patron add column lending_group text;
