-- What became of each record's main object: inserted, updated or unchanged.
create or replace temp table outcome (record_number bigint, action varchar)
