-- Which version has a record?
select version from core.{object} where id = $id
