-- The keys of main objects that the load brought so far.
create or replace temp table seen (object varchar, source varchar, key varchar)
