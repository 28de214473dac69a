-- An empty table of the numbers of staged records, in the order of these.
create or replace temp table {kept} (record_number bigint)
