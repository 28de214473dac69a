-- Which tags do records of an object have, and how many have each? Of several spellings the one that most have.
-- Grain: tag. Slots: the object.
select mode(name) as name, count(*) as count_records
from (select unnest(string_split(tags, '; ')) as name from visible.{object} where tags is not null and not is_archived)
group by lower(name)
order by lower(name)
