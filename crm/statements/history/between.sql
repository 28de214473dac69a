-- What did somebody do between two moments that still counts, the last first?
select id
from history.action
where user_id is not distinct from $user_id::bigint
    and made_at >= $since::timestamp
    and made_at < $until::timestamp
    and undone_at is null
    and kind <> 'undo'
order by id desc
