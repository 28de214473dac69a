-- Keep the records of a file as texts.
create or replace temp table raw as
{records}
