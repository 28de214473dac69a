-- Let a view ask for something else.
update ops.saved_view set address = $address, updated_at = $now where id = $id
