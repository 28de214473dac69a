-- The source systems that something was loaded from.
select distinct source from landing.file
