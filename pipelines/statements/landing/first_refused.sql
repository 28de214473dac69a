-- The first records of each reason that did not get in, for the report.
select part.position, refused.record_number - part.before as record_number, column_name, value, reason, detail
from refused
join parts as part
    on refused.record_number > part.before and refused.record_number <= part.before + part.count_read
where not refused.is_duplicate
qualify row_number() over (partition by part.position order by refused.record_number) <= 5
order by part.position, refused.record_number
