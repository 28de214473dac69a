-- Which of the records became one with another?
select id, merged_into_{object}_id
from visible.{object}
where merged_into_{object}_id is not null and id in (select unnest($ids::bigint[]))
order by id
