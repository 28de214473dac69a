-- Take out the lines that are written anew.
delete from core.{object}
where id in (select old_id from {delta} where old_id is not null and record_number not in (select record_number from refused))
