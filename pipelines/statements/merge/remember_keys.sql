-- Keep the keys of the new records.
insert into pending_key
select $object, $source, key, id from identified where is_new
