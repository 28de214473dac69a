-- Is there a member of staff with this key?
select count(*) from core.staff where id = $id
