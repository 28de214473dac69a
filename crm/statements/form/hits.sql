-- Which records may a text mean? Those first that begin with it.
select record.id, record.{name}::varchar as name, {detail} as detail
from visible.{object} as record
where not record.is_archived and {stands} and {narrowed} and contains(lower(record.{name}), $text)
order by not starts_with(lower(record.{name}), $text), lower(record.{name}), record.id
limit $most
