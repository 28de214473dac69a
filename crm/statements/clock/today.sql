-- What day is it for the company, when the time is $now (UTC)?
select coalesce(as_of, cast(($now::timestamp at time zone 'UTC') at time zone time_zone as date)) as today
from ops.company
