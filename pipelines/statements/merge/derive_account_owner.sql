-- Keep the account's owner beside the account.
update {pending} as pending
set account_owner_id = account.owner_id
from {account} as account
where account.id = pending.account_id
