-- What day is it for the company, when the time is $now (UTC)?
select coalesce(as_of, cast(make_timestamptz(epoch_us($now::timestamp)) at time zone time_zone as date)) as today
from ops.company
