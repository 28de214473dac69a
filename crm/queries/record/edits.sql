-- What did people change in a record, and who was it?
-- Grain: field that was changed, the first change first; no name where it came from the command line.
-- Parameters: $object, $record_id.
select
    edit.version,
    edit.edited_at as changed_at,
    edit.field,
    edit.before,
    edit.after,
    edit.user_id,
    person.name as person,
    edit.reason
from visible.edit
left join visible.person on person.id = edit.user_id
where edit.object = $object and edit.record_id = $record_id
order by edit.version, edit.field
