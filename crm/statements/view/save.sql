-- Keep a view.
insert into ops.saved_view (object, name, user_id, is_shared, address, created_at, updated_at)
values ($object, $name, $user_id, $is_shared, $address, $now, $now)
returning id
