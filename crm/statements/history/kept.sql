-- What of an action stays, because somebody changed it since, or because whoever took it back does not see the record?
-- Who is credited only follows, and what somebody made is put away as it is.
select edit.object, edit.record_id, edit.field
from history.edit
join history.action on action.id = edit.action_id
where edit.action_id = $id and edit.undone_at is null and edit.field <> 'credited_owner_id' and action.kind <> 'create'
order by all
