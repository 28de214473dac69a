-- Does the viewer see the record?
select count(*) from visible.{table} where id = $id
