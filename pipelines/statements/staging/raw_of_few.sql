-- Keep the few records that need a closer look as texts.
create or replace temp table raw as
select * from few
