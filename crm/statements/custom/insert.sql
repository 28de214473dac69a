-- Keep what an admin says of a new field.
insert into ops.custom_field by name
select
    $code as code, $object as object, $title as title, $title_zh::varchar as title_zh, $kind as kind,
    $choices::varchar[] as choices, $is_personal as is_personal, $source_name::varchar as source_name,
    coalesce((select max(position) from ops.custom_field where object = $object), 0) + 1 as position,
    $now as made_at, $user_id::bigint as made_by
