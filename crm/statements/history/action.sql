-- What was done, by whom?
select kind, object, record_id, other_id, user_id, undone_at from history.action where id = $id
