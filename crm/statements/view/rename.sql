-- Give a view another name, and say whether others may pick it.
update ops.saved_view set name = $name, is_shared = $is_shared, updated_at = $now where id = $id
