-- What of an action stays, because somebody changed it since, or because whoever took it back does not see the record?
select object, record_id, field from history.edit where action_id = $id and undone_at is null order by all
