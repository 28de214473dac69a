-- Of an action that changed nothing, nothing is kept.
delete from history.action where id = $id
