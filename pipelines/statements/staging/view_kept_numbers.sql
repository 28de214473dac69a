-- The number within the load of each place of the staged records.
create or replace temp view {numbers} as
select rowid as place, record_number from {kept}
