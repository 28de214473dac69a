-- A record whose part is new or changed is an updated record.
update outcome
set action = 'updated'
where action = 'unchanged' and record_number in (select record_number from made where object = $object)
