-- Staged records with their numbers within the load, none of which was put aside.
create or replace temp view {records} as
select rowid + 1 + {before} as record_number, * from {staged}
