-- Who looked at data of persons or took data along, the latest first?
select
    log.logged_at,
    person.name as person,
    person.email,
    log.kind,
    log.object,
    log.record_id,
    log.count_records as count,
    log.place
from ops.access_log as log
left join ops.user as person on person.id = log.user_id
where log.logged_at between $since::timestamp and $until::timestamp
    and ($user_id::bigint is null or log.user_id = $user_id)
    and ($object::varchar is null or log.object = $object)
    and ($kind::varchar is null or log.kind = $kind)
    and ($record_id::bigint is null or log.record_id = $record_id)
order by log.id desc
limit $most
