-- Staged records with their numbers within the load.
create or replace temp view {records} as
select * from {staged}
