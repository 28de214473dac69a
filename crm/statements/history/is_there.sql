-- Is what a value names still there, and another record?
(
    edit.before is null
    or (
        edit.before::bigint in (select id from core.{target})
        and ('{target}' <> '{object}' or {before} is distinct from edit.record_id::varchar)
    )
)
