-- Put aside the lines that still name nothing, or have values out of range.
insert into refused
select
    record_number, false, list_extract($columns::varchar[], bad), {bad_value},
    case when bad <= len($objects::varchar[]) then 'unknown' else 'out_of_range' end,
    list_extract($objects::varchar[], bad)
from (select *, {bad} as bad from resolved as lines) as lines
where bad is not null
