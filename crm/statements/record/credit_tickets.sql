-- Stamp who is credited for solved tickets.
update core.ticket
set credited_owner_id = owner_id
where resolved_at is not null and credited_owner_id is null and owner_id is not null and id in {tickets}
