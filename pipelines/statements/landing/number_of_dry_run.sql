-- The number under which a dry run is rolled back.
select coalesce(max(id), 0) + 1 from landing.batch
