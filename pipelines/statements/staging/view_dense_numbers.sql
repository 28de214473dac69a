-- The number within the load of each place of the staged records, none of which was put aside.
create or replace temp view {numbers} as
select rowid as place, rowid + 1 + {before} as record_number from {staged}
