-- The number of the next load.
select nextval('landing.batch_id')
