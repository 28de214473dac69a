-- Which values of an action still stand, so that they can be taken back?
create or replace temp table returned as
select edit.id as edit_id, edit.record_id, edit.before, edit.after, record.version
from history.edit as edit
join core.{object} as record on record.id = edit.record_id
where edit.action_id = $id
    and edit.object = '{object}'
    and edit.field = '{field}'
    and edit.undone_at is null
    and record.{field}::varchar is not distinct from edit.after
    and ($only::bigint[] is null or list_contains($only::bigint[], edit.record_id))
