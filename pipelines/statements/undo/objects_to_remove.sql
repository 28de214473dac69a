-- Of which objects are there records to remove?
select distinct object from doomed
