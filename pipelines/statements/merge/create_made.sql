-- Other records that a record made or changed by the way.
create or replace temp table made (record_number bigint, object varchar, is_new boolean)
