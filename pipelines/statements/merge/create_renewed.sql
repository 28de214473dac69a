-- Keys that this load brings for records that stayed after their load was taken back.
create or replace temp table renewed as
select object, source, key from core.record_key limit 0
