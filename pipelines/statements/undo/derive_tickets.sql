-- Stamp who is credited for the tickets that stand solved again.
update core.ticket
set credited_owner_id = coalesce(credited_owner_id, owner_id)
where resolved_at is not null and id in (select id from {touched})
