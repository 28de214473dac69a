-- Is there such a record, which is not part of another since a merge?
select id from core.{object} where id = $id and {stands}
