-- Accounts may have changed hands while the marts were built.
update mart.{name} as record
set account_owner_id = account.owner_id
from core.account as account
where account.id = record.account_id and record.account_owner_id is distinct from account.owner_id
