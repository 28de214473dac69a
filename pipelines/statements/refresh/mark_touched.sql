-- Of which changed accounts does a count of the marts know? Those that change later keep no mark.
update ops.touched_account set refresh_id = $refresh_id
