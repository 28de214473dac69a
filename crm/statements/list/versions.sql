-- Which records has a list, and in which version?
select record.id, record.version from visible.{object} as record where {conditions} order by record.id limit $limit
