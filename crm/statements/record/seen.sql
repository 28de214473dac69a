-- Does the viewer see the record?
select id from visible.{object} where id = $id
