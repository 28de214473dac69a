-- What waited for a decision when the records became one, and was not decided since, waits again.
update landing.conflict
set
    record_id = $loser_id, merge_id = null,
    decided_at = null, decided_by = null, is_accepted = null, action_id = null
where merge_id = $action_id and (decided_at is null or action_id = $action_id)
