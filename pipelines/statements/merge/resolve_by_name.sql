-- Which records do the rest name by what people call them? Several that fit are kept as candidates.
insert into {resolved}
select unresolved.value, min(named.id), count(distinct named.id)
from unresolved
join ({names}) as named on name_key(named.text) = name_key(unresolved.value)
group by unresolved.value
