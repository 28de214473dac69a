-- What does the record of a file say that comes after so many others of good form?
-- Grain: that record; none where the file has fewer.
-- Parameters: $path, $delimiter, $count_before.
select *
from ({records})
limit 1
offset $count_before
