-- How many references of a column lead nowhere?
select '{table}.{column}' as reference, count(*) as count_rows
from core.{table} as child
anti join core.{parent} as parent on parent.id = child.{column}
where child.{column} is not null
