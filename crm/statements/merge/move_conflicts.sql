-- What loads brought of the record that goes waits for a decision about the one that stays.
update landing.conflict
set record_id = $winner_id, merge_id = $action_id
where object = $object and record_id = $loser_id and decided_at is null
