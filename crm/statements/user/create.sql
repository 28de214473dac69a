-- Make a sign-in.
insert into ops.user (email, name, role, password_hash, is_demo, must_change_password, created_at)
values ($email, $name, $role, $password_hash, $is_demo, not $is_demo, $created_at)
