-- How do two records that may be one stand?
select record.id, record.version, record.is_archived{columns}
from visible.{object} as record
where list_contains($ids::bigint[], record.id)
