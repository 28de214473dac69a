-- What does an open conflict speak of?
select object, record_id, field, value from visible.conflict where id = $id and decided_at is null
