-- Did anything of the load not get in?
select exists (select 1 from refused)
