-- Accounts from which and to which orders went meanwhile have to be counted anew.
insert into ops.touched_account (account_id)
select account_id from mart.{name} where account_id is distinct from counted_account_id
union
select counted_account_id from mart.{name} where account_id is distinct from counted_account_id
