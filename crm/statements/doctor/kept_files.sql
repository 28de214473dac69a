-- Under which names are the files kept that were loaded?
select distinct kept_as
from landing.file
order by kept_as
