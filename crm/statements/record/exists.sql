-- Is there such a record?
select id from core.{object} where id = $id
