-- To which account does an account belong, which belong to it, through whom does it buy, and whom has it brought?
-- Grain: relation and account; the 50 of each relation that made most revenue in 365 days, as the marts know it.
-- Parameters: $account_id, $today.
with self as (
    select account.parent_id, account.channel_partner_id
    from visible.account
    where account.id = $account_id
),
related as (
    select 'parent' as relation, account.id, account.name, account.city
    from visible.account
    where account.id = (select self.parent_id from self)
    union all
    select 'channel_partner', account.id, account.name, account.city
    from visible.account
    where account.id = (select self.channel_partner_id from self)
    union all
    select 'child', account.id, account.name, account.city
    from visible.account
    where account.parent_id = $account_id and not account.is_archived
    union all
    select 'brought', account.id, account.name, account.city
    from visible.account
    where account.channel_partner_id = $account_id and not account.is_archived
),
worth as (
    select sale_order.account_id, sum(sale_order.revenue) as revenue
    from visible.sale_order
    where sale_order.account_id in (select related.id from related)
        and sale_order.sold_on > $today::date - 365
        and sale_order.sold_on <= $today::date
    group by sale_order.account_id
),
ranked as (
    select
        related.*,
        worth.revenue,
        count(*) over (partition by related.relation) as count_related,
        row_number() over (
            partition by related.relation order by worth.revenue desc nulls last, lower(related.name), related.id
        ) as place
    from related
    left join worth on worth.account_id = related.id
)
select relation, id, name, city, revenue, count_related
from ranked
where place <= 50
order by relation, place
