-- Keep which keys of sources meant the record that goes.
insert into history.moved_key (action_id, source, key)
select $action_id, source, key from core.record_key where object = $object and record_id = $loser_id
