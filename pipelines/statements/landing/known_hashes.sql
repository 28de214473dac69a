-- The hashes of all files that were loaded.
select distinct digest from landing.file
