-- The records to remove.
create or replace temp table doomed as from candidate
