-- The hashes of all kept files of loads.
select distinct replace(kept_as, '.zst', '') from landing.file
