-- What were records called that became one with another? Their names lead to the one that stays.
select merged_into_{object}_id as id, {column} as text
from {current}
where merged_into_{object}_id in (select id from {current} where archived_at is null)
