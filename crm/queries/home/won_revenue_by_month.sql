-- How much were the deals worth that were won in each month?
-- Grain: month, from the first with a deal won to the last, those without any between them at zero; deals without a
-- closing day are left out.
-- Parameters: $since, $until (days or null), $today.
with deal as (
    select
        date_trunc('month', opportunity.closed_on) as month,
        opportunity.amount_company
    from visible.opportunity
    join visible.stage on stage.id = opportunity.stage_id
    where stage.type = 'won'
        and opportunity.closed_on is not null
        and ($since::date is null or opportunity.closed_on >= $since::date)
        and ($until::date is null or opportunity.closed_on <= $until::date)
),
span as (
    select
        min(month) as first_month,
        max(month) as last_month
    from deal
),
month as (
    select cast(unnest(generate_series(first_month, last_month, interval 1 month)) as date) as month
    from span
)
select
    month.month,
    cast(coalesce(sum(deal.amount_company), 0) as decimal(18, 2)) as value,
    last_day(month.month) > $today::date as is_partial
from month
left join deal on deal.month = month.month
group by month.month
order by month.month
