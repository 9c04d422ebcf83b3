-- Websites ask for records by their number in the national catalogue, whatever source they came from.
create index title_record on title (record_id);
