-- Which records of a file were refused, and why? The first reason of each.
select
    reject.record_number - file.first_record + 1 as record_number,
    case when reject.reason = 'broken' then reject.value end as broken,
    reject.column_name, reject.reason, reject.detail
from landing.reject as reject
join landing.file as file
    on file.batch_id = reject.batch_id
    and reject.record_number >= file.first_record
    and reject.record_number < file.first_record + file.count_read
where reject.batch_id = $batch_id and file.position = $position and not reject.is_duplicate
qualify row_number() over (partition by reject.record_number order by reject.column_name) = 1
