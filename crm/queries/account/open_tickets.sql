-- Which tickets of an account wait to be solved, and since how many working hours?
-- Grain: ticket that is not solved, the longest first.
-- Parameters: $account_id, $now (UTC), $zone. Working hours are those between a ticket's beginning and $now.
with waiting as (
    select
        ticket.id,
        ticket.subject,
        coalesce(ticket.priority, 'medium') as priority,
        ticket.opened_at,
        timezone($zone, timezone('UTC', ticket.opened_at)) as opened_local,
        timezone($zone, timezone('UTC', $now::timestamp)) as now_local
    from visible.ticket
    where ticket.account_id = $account_id
        and ticket.status in ('open', 'pending')
        and not ticket.is_archived
),
day as (
    select
        waiting.id,
        unnest(generate_series(date_trunc('day', opened_local), now_local, interval 1 day)) as begins,
        opened_local,
        now_local
    from waiting
),
worked as (
    select
        day.id,
        sum(
            greatest(
                0,
                epoch(least(begins::date + company.work_ends, now_local))
                    - epoch(greatest(begins::date + company.work_begins, opened_local))
            )
        ) / 3600 as hours
    from day
    cross join visible.company
    where list_contains(company.work_days, isodow(day.begins))
    group by day.id
)
select
    waiting.subject,
    waiting.priority,
    waiting.opened_at,
    coalesce(worked.hours, 0) as hours,
    service_target.hours as target_hours,
    coalesce(worked.hours > service_target.hours, false) as is_overdue,
    'ticket:' || waiting.id as record
from waiting
left join worked on worked.id = waiting.id
left join visible.service_target on service_target.priority = waiting.priority
order by waiting.opened_at nulls last, waiting.id
