-- Staged records with their numbers within the load.
create or replace temp view {records} as
select rowid + 1 + {before} as record_number, * from {staged}
