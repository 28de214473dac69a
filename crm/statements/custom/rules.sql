-- Which fields that admins made has an object: column, title, kind and words?
select 'custom_' || code, title, kind, coalesce(choices, [])
from ops.custom_field
where object = $object and archived_at is null
