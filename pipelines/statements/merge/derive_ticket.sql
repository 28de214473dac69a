-- Stamp who is credited for a solved ticket.
update {pending}
set credited_owner_id = coalesce(credited_owner_id, owner_id)
where resolved_at is not null
