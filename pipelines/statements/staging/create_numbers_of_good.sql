-- The numbers of the records that the reader typed, in the order of these.
create or replace temp table {kept} as
select record_number from good
