-- Did any of them change since it was read?
select count(*) > 0
from chosen
join core.{object} as record on record.id = chosen.id
where record.version <> chosen.version
