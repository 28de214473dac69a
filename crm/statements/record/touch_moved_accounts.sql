-- Marts have to be counted anew for the accounts that changed hands.
insert into ops.touched_account (account_id)
select account.id
from {accounts} as account
join mart.account_profile on account_profile.account_id = account.id
where account_profile.account_owner_id is distinct from account.owner_id
