-- Is an account among those that make the first 80 % of the revenue of a year, the next 15 %, or the last 5 %?
-- Grain: one row, as the KPI of high-value customers grades; null for an account without revenue in that year.
-- Parameters: $account_id.
with self as (
    select account_id, revenue_year
    from visible.account_profile
    where account_id = $account_id and revenue_year > 0
),
standing as (
    select
        sum(profile.revenue_year) as revenue_of_all,
        coalesce(
            sum(profile.revenue_year) filter (
                where profile.revenue_year > self.revenue_year
                    or (profile.revenue_year = self.revenue_year and profile.account_id < self.account_id)
            ),
            0
        ) as revenue_above
    from visible.account_profile as profile
    cross join self
    where profile.revenue_year > 0
)
select
    case
        when revenue_above < 0.8 * revenue_of_all then 'A'
        when revenue_above < 0.95 * revenue_of_all then 'B'
        when revenue_of_all is not null then 'C'
    end as grade
from standing
