-- Leave what people changed.
delete from candidate
where object = '{name}'
    and id in (select record_id from history.edit where object = '{name}' and undone_at is null)
