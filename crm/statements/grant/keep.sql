-- Keep what a role might do before and after a change.
insert into ops.grant_change (role, made_at, user_id, before, after, undoes)
values ($role, $now, $user_id::bigint, $before::json, $after::json, $undoes::bigint)
returning id
