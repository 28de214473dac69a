-- An action was taken back; it still counts where records stay because whoever did it does not see them.
update history.action
set undone_at = $now
where id = $id
    and not exists (
        select 1
        from history.edit
        where action_id = $id
            and undone_at is null
            and $only::bigint[] is not null
            and record_id not in (select unnest($only::bigint[]))
    )
