-- What is different of the records that are to be changed, field by field?
create or replace temp table difference as
{fields}
