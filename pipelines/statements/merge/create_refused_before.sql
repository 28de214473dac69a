-- The records that merging put aside when it compared before.
create or replace temp table refused_before as
select * from rejected limit 0
