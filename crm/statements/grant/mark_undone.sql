-- A change of rights was taken back.
update ops.grant_change set undone_at = $now where id = $id
