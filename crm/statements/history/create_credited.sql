-- Who is credited for the records, before what follows from their changes?
create or replace temp table credited as
select id, credited_owner_id from core.{object} where id in (select id from {changes})
