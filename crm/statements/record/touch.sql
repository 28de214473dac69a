-- Marts have to be counted anew for changed accounts; those that hold sums of many until then serve nobody.
insert into ops.touched_account (account_id)
select account.id from {accounts} as account
