-- By which action was a record made?
select max(id) from history.action where kind = 'create' and object = $object and record_id = $id
