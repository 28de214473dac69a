-- Which records of which object did an action change?
select object, list(distinct record_id) from history.edit where action_id = $id and undone_at is null group by object
