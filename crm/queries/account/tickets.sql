-- What has an account asked service for?
-- Grain: ticket, those that wait first, then the latest.
-- Parameters: $account_id.
select
    ticket.subject,
    ticket.status,
    ticket.priority,
    ticket.opened_at,
    ticket.first_reply_at,
    ticket.resolved_at,
    owner.name as owner,
    ticket.category,
    ticket.satisfaction,
    'ticket:' || ticket.id as record
from visible.ticket
left join visible.staff as owner on owner.id = ticket.owner_id
where ticket.account_id = $account_id and not ticket.is_archived
order by ticket.status in ('open', 'pending') desc, ticket.opened_at desc nulls last, ticket.id desc
limit 1000
