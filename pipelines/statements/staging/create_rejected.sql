-- The records of this load that do not get in.
create or replace temp table rejected (
    record_number bigint, is_duplicate boolean, column_name varchar, value varchar, reason varchar, detail varchar
)
