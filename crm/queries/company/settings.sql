-- What does the company count by?
-- Grain: one row.
-- Parameters: none.
select
    company.name,
    company.currency,
    company.time_zone,
    company.silent_after_days,
    company.work_days,
    company.work_begins,
    company.work_ends,
    target.hours_urgent,
    target.hours_high,
    target.hours_medium,
    target.hours_low
from visible.company
cross join (
    select
        max(case when priority = 'urgent' then hours end) as hours_urgent,
        max(case when priority = 'high' then hours end) as hours_high,
        max(case when priority = 'medium' then hours end) as hours_medium,
        max(case when priority = 'low' then hours end) as hours_low
    from visible.service_target
) as target
