-- An empty table of staged records for files that need words understood.
create or replace temp table {staged} (record_number bigint, {definition})
