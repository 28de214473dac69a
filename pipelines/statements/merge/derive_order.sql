-- Stamp who is credited for an order: whoever owned the account when it came in.
update {pending} set credited_owner_id = account_owner_id where is_new and credited_owner_id is null
