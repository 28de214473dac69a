-- How do the two records of a merge stand?
select id, version, archived_at is not null as is_archived, merged_into_{object}_id as into_id
from core.{object}
where id in ($winner_id, $loser_id)
