-- In which kept file of a load does a record stand, how was that read, and how many records stand before it?
-- Grain: file that holds the record, so one or none; of the records before it, those of good form alone.
-- Parameters: $batch_id, $record_number.
select
    file.file,
    file.sheet,
    file.kept_as,
    file.mapping,
    $record_number - file.first_record - (
        select count(distinct reject.record_number)
        from landing.reject
        where
            reject.batch_id = file.batch_id
            and reject.reason = 'broken'
            and reject.record_number >= file.first_record
            and reject.record_number < $record_number
    ) as count_before
from landing.file
where
    file.batch_id = $batch_id
    and file.first_record <= $record_number
    and $record_number < file.first_record + file.count_read
