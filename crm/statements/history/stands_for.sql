-- Which record does a value mean by now?
coalesce(
    (
        select merged.merged_into_{target}_id::varchar
        from core.{target} as merged
        where merged.id = edit.before::bigint and merged.id is distinct from {parted}
    ),
    edit.before
)
