-- Was that taken back by which somebody was credited?
not exists (
    select 1
    from history.edit as stamp
    where stamp.action_id = edit.action_id
        and stamp.object = edit.object
        and stamp.record_id = edit.record_id
        and stamp.field = '{field}'
        and stamp.undone_at is null
)
