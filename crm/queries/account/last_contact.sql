-- When and how was an account last spoken with?
-- Grain: the latest interaction that is no note and does not lie ahead, if there is any.
-- Parameters: $account_id, $today, $zone.
with latest as (
    select
        interaction.kind,
        interaction.subject,
        interaction.happened_at,
        interaction.contact_id,
        interaction.owner_id
    from visible.interaction
    where interaction.account_id = $account_id
        and interaction.kind <> 'note'
        and interaction.happened_at < timezone('UTC', timezone($zone, ($today::date + 1)::timestamp))
        and not interaction.is_archived
    order by interaction.happened_at desc, interaction.id desc
    limit 1
)
select
    latest.kind,
    latest.subject,
    latest.happened_at,
    (select contact.name from visible.contact where contact.id = (select latest.contact_id from latest)) as contact,
    owner.name as owner
from latest
left join visible.staff as owner on owner.id = latest.owner_id
