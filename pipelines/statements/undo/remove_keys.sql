-- Forget the keys of what was removed, and those that the load gave to older records which have another.
delete from core.record_key
where (object, record_id) in (select (object, id) from doomed)
    or (
        batch_id = $batch_id
        and (object, record_id) not in (select (object, record_id) from landing.kept_by_undo where batch_id = $batch_id and field is null)
        and (object, source, record_id) in (select (object, source, record_id) from core.record_key where batch_id <> $batch_id)
    )
