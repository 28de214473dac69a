-- Which texts did people write since then, and where?
select object, field, after
from history.edit
where id > $first
order by id
