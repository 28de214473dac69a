-- Keys that this load will add.
create or replace temp table pending_key as
select object, source, key, record_id from core.record_key limit 0
