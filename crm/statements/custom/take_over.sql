-- Give the records what the file had brought.
update core.{object} as record
set
    {column} = difference.after::{type}, version = record.version + 1, updated_at = $now,
    updated_by = $user_id::bigint
from difference
where record.id = difference.id
