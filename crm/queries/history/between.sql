-- How much did somebody do between two moments that still counts?
-- Grain: one row.
-- Parameters: $user_id (null for the command line), $since, $until (UTC).
with done as (
    select id
    from visible.action
    where user_id is not distinct from $user_id::bigint
        and made_at >= $since::timestamp
        and made_at < $until::timestamp
        and undone_at is null
        and kind <> 'undo'
)
select
    (select count(*) from done) as count_actions,
    (
        select count(distinct (object, record_id))
        from visible.edit
        where undone_at is null and action_id in (select id from done)
    ) as count_records
