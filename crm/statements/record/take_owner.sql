-- Keep the owner of a record's account beside the account.
update core.{object} as record
set account_owner_id = (select owner_id from core.account where account.id = record.account_id)
where id = $id
