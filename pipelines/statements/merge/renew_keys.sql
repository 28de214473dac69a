-- From now on these keys are this load's.
update core.record_key
set batch_id = $batch_id
where (object, source, key) in (select (object, source, key) from renewed)
