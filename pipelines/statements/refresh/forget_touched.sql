-- The marts are in step with the accounts that were changed before they were counted.
delete from ops.touched_account where refresh_id = $refresh_id
