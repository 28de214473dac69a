-- A line whose key stood before is no repeat but a duplicate.
delete from repeats
