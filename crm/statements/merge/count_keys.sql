-- By how many keys do sources know a record?
select count(*) as count_keys from visible.record_key where object = $object and record_id = $id
