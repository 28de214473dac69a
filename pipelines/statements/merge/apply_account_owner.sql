-- Where an account changes hands, what belongs to it goes along.
update {core} as record
set account_owner_id = account.owner_id
from {pending} as account
where record.account_id = account.id and not account.is_new and record.account_owner_id is distinct from account.owner_id
