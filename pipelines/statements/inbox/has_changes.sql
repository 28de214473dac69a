-- Did accounts change since the marts were counted? After a count that failed, the next load, night or person tries again.
select exists (select 1 from ops.touched_account)
    and coalesce(
        (
            select failed_check is null
            from ops.refresh
            where finished_at is not null
            order by id desc
            limit 1
        ),
        false
    )
