-- Which of these words do records hold, and how many records the first of them?
select {column}, count(*) from core.{object} where list_contains($words::varchar[], {column}) group by all order by all
