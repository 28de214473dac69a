-- The records of a sheet as texts.
create or replace temp table raw as
select * from sheet
