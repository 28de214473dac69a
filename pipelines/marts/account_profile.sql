-- Since when is an account a customer, and what has it ordered?
-- Grain: account.
-- Parameters: $zone (the company's time zone), $as_of (the day of the count).
with sale as (
    select
        next_sale_line.account_id as account_id,
        min(case when not next_sale_line.is_return then next_sale_line.ordered_on end) as first_order_on,
        max(case when not next_sale_line.is_return then next_sale_line.ordered_on end) as last_order_on,
        count(distinct case when not next_sale_line.is_return then next_sale_line.order_id end) as count_orders,
        sum(next_sale_line.revenue) as revenue,
        sum(
            case when next_sale_line.sold_on > cast($as_of as date) - 365 then next_sale_line.revenue end
        ) as revenue_year,
        min(next_sale_line.sold_on) as first_event_on
    from mart.next_sale_line
    where next_sale_line.account_id is not null
    group by next_sale_line.account_id
),
deal as (
    select
        opportunity.account_id as account_id,
        least(min(opportunity.begun_on), min(opportunity.closed_on)) as first_event_on
    from core.opportunity
    where opportunity.account_id is not null
    group by opportunity.account_id
),
request as (
    select
        ticket.account_id as account_id,
        cast(make_timestamptz(epoch_us(min(ticket.opened_at))) at time zone $zone as date) as first_event_on
    from core.ticket
    where ticket.account_id is not null
    group by ticket.account_id
),
dated as (
    select
        account.id as account_id,
        account.owner_id as account_owner_id,
        coalesce(
            account.since_on,
            least(sale.first_event_on, deal.first_event_on, request.first_event_on)
        ) as since_on,
        sale.first_order_on as first_order_on,
        sale.last_order_on as last_order_on,
        sale.count_orders as count_orders,
        sale.revenue as revenue,
        sale.revenue_year as revenue_year
    from core.account
    left join sale on sale.account_id = account.id
    left join deal on deal.account_id = account.id
    left join request on request.account_id = account.id
    where account.merged_into_account_id is null
        and {of_accounts}
)
select
    cast(dated.account_id as bigint) as account_id,
    cast(dated.account_owner_id as bigint) as account_owner_id,
    cast(dated.since_on as date) as since_on,
    cast(dated.first_order_on as date) as first_order_on,
    cast(dated.last_order_on as date) as last_order_on,
    cast(coalesce(dated.count_orders, 0) as bigint) as count_orders,
    cast(coalesce(dated.revenue, 0) as decimal(18, 2)) as revenue,
    cast(coalesce(dated.revenue_year, 0) as decimal(18, 2)) as revenue_year
from dated
