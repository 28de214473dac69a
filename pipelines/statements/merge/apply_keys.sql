-- Write the new keys.
insert into core.record_key
select object, source, key, record_id, $batch_id from pending_key
