-- Which values of an action still stand, so that they can be taken back? What they name may have become one with another
-- record since, which is then meant; where it is gone, the value stays.
create or replace temp table returned as
select edit.id as edit_id, edit.record_id, {before} as before, edit.after, record.version
from history.edit as edit
join core.{object} as record on record.id = edit.record_id
where edit.action_id = $id
    and edit.object = '{object}'
    and edit.field = '{field}'
    and edit.undone_at is null
    and record.{field}::varchar is not distinct from edit.after
    and ($only::bigint[] is null or edit.record_id in (select unnest($only::bigint[])))
    and {is_there}
    and {goes_along}
    and not exists (  -- the same value may have come once more, by a change that still counts
        select 1
        from history.edit as later
        where later.object = '{object}'
            and later.field = '{field}'
            and later.record_id = edit.record_id
            and later.id > edit.id
            and later.undone_at is null
    )
