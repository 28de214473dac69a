-- Where an account changes hands, what belongs to it goes along.
update {table} as record
set account_owner_id = account.owner_id
from {accounts} as account
where record.account_id = account.id and record.account_owner_id is distinct from account.owner_id
