-- Keep the owner of the account of records beside it.
update core.{object} as record
set account_owner_id = (select owner_id from core.account where account.id = record.account_id)
where {only}
