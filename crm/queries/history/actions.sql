-- What was done, by whom, and was it taken back? A part of it, the latest first.
-- Grain: action of a person, or load, for who sees loads; count_all says how many there are in all. The record is the one
-- that is named, or null where it is out of sight.
-- Parameters: $action_id, $user_id, $is_command, $object, $kind, $since, $until (UTC), null where it does not narrow;
-- $count, $skip.
with action as materialized (
    from visible.action
),
done as (
    select id as action_id, null::bigint as batch_id, kind, object, record_id, made_at, user_id, undoes, undone_at,
        null::bigint as undone_by
    from action
    union all
    select null, id, 'load', null, null, applied_at, user_id, null, undone_at, undone_by
    from visible.batch
),
chosen as (
    select *, count(*) over () as count_all
    from done
    where ($action_id::bigint is null or action_id = $action_id)
        and ($user_id::bigint is null or user_id = $user_id)
        and (not $is_command or user_id is null)
        and (
            $object::varchar is null
            or object = $object
            or batch_id in (select batch_id from visible.file where file.object = $object)
        )
        and ($kind::varchar is null or kind = $kind)
        and ($since::timestamp is null or made_at >= $since::timestamp)
        and ($until::timestamp is null or made_at < $until::timestamp)
    order by made_at desc, action_id desc, batch_id desc
    limit $count offset $skip
),
changed as (
    select action_id, count(distinct (object, record_id)) as count_records, count(*) as count_values
    from visible.edit
    where action_id in (select action_id from chosen)
    group by action_id
),
loaded as (
    select batch_id, sum(count_inserted + count_updated)::bigint as count_records, arg_min(file, position) as file,
        count(*) as count_files, list(distinct object order by object) as objects
    from visible.file
    where batch_id in (select batch_id from chosen)
    group by batch_id
),
back as (
    select undoes, arg_max_null(user_id, id) as user_id, max(made_at) as made_at
    from action
    where undoes in (select action_id from chosen)
    group by undoes
)
select
    chosen.action_id,
    chosen.batch_id,
    chosen.kind,
    chosen.object,
    chosen.record_id,
    chosen.made_at,
    chosen.user_id,
    person.name as person,
    chosen.undoes,
    chosen.undone_at,
    back.made_at as back_at,
    coalesce(back.user_id, chosen.undone_by) as back_by,
    back_person.name as back_person,
    coalesce(changed.count_records, loaded.count_records, 0) as count_records,
    changed.count_values,
    loaded.file,
    loaded.count_files,
    loaded.objects,
    chosen.count_all
from chosen
left join changed on changed.action_id = chosen.action_id
left join loaded on loaded.batch_id = chosen.batch_id
left join back on back.undoes = chosen.action_id
left join visible.person on person.id = chosen.user_id
left join visible.person as back_person on back_person.id = coalesce(back.user_id, chosen.undone_by)
order by chosen.made_at desc, chosen.action_id desc, chosen.batch_id desc
