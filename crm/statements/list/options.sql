-- The records of a small object, from which one is chosen.
select id, name from visible.{object} order by lower(name), id
