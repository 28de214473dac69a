-- The records that do not get in: those that staging put aside, then those that merging does.
create or replace temp table refused as
select * from rejected
union all
select * from refused_before
