-- The keys of sources that a merge moved mean again the record that they meant before it.
update core.record_key as known
set record_id = $loser_id
from history.moved_key as moved
where moved.action_id = $action_id
    and known.object = $object
    and known.source = moved.source
    and known.key = moved.key
    and known.record_id = $winner_id
