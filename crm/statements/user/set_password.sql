-- Give a sign-in another password.
update ops.user set password_hash = $password_hash, must_change_password = $is_one_time where id = $id
