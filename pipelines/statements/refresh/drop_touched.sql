-- The rows of the accounts that changed make room for new ones.
delete from mart.{name}
where account_id in (select account_id from ops.touched_account where refresh_id = $refresh_id)
