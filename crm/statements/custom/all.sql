-- Which fields did admins make?
select
    code, object, title, title_zh, kind, coalesce(choices, []) as choices, is_personal, source_name, position,
    archived_at is not null as is_archived
from ops.custom_field
order by object, position
