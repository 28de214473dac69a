-- Which merges stand of which a record is part?
select id, record_id, other_id, made_at, user_id
from history.action
where kind = 'merge' and object = $object and undone_at is null and (record_id = $id or other_id = $id)
order by id desc
