-- Which lines name a record by something else than its key, or have values out of range?
create or replace temp table identified as
select *
from (
    select lines.*, {columns}, false as is_new
    from ({placed}) as lines
    join found on found.place = lines.place
) as lines
where ({lacks} or not ({in_range})) and record_number not in (select record_number from refused)
