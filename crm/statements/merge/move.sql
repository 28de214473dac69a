-- Records that named the one that goes name the one that stays.
update core.{table}
set {column} = $winner_id, version = version + 1, updated_at = $now, updated_by = $user_id::bigint
where {column} = $loser_id and not ('{table}' = $object and id in ($loser_id, $winner_id))
