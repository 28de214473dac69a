-- A new record that does not get in has no key either.
delete from pending_key
where
    object = $object
    and source = $source
    and record_id in (select id from {linked} where is_new and ({gone}))
