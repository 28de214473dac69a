-- Is the revenue of all accounts the revenue of the lines that have one?
with line as (
    select coalesce(sum(revenue), 0) as revenue
    from mart.next_sale_line
    where account_id is not null
),
profile as (
    select coalesce(sum(revenue), 0) as revenue
    from mart.next_account_profile
)
select
    line.revenue as lines,
    profile.revenue as profiles
from line
cross join profile
where line.revenue <> profile.revenue
