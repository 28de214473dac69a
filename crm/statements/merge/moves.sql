-- Keep which records named the one that goes, before they name the one that stays.
insert into history.edit (object, record_id, field, before, after, version, edited_at, user_id, is_held, action_id)
select '{table}', id, '{column}', $loser_id::varchar, $winner_id::varchar, version + 1, $now, $user_id::bigint,
    coalesce((  -- a person's word stays one
        select arg_max(edit.is_held, edit.id)
        from history.edit
        where edit.object = '{table}' and edit.field = '{column}' and edit.record_id = {table}.id and edit.undone_at is null
    ), false),
    $action_id
from core.{table}
where {column} = $loser_id and not ('{table}' = $object and id in ($loser_id, $winner_id))
