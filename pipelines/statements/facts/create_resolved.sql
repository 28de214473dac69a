-- What were the names of records resolved to?
create or replace temp table resolved as
select lines.* replace ({columns})
from identified as lines
{joins}
