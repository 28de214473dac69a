-- Add up what stands for the same day and owners, and leave out what comes to nothing.
create or replace table mart.next_{name} as
select
    columns(lambda name: ends_with(name, '_on') or ends_with(name, '_owner_id')),
    {sums}
from mart.{name}
group by all
having {is_any}
