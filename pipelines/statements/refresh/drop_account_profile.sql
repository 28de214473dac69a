-- The accounts that were counted anew make room.
delete from mart.account_profile
where account_id in (select account_id from ops.touched_account where refresh_id = $refresh_id)
