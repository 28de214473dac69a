-- Which names are most like one that nothing bears?
select text
from ({names})
where text is not null and jaro_winkler_similarity(lower(text), lower($value)) >= $least
group by text
order by jaro_winkler_similarity(lower(text), lower($value)) desc, text
limit $most
