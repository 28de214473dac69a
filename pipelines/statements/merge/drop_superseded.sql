-- Take out what an earlier file of the load had prepared for the same records.
delete from {pending} where id in (select id from changed)
