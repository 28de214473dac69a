-- Which of the day $day and the one before are kept, and which are closed?
select taken_on, bool_or(is_closed) as is_closed
from ops.kpi_snapshot
where taken_on between $day - 1 and $day
group by taken_on
