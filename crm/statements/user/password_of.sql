-- What is the hash of a sign-in's password?
select password_hash from ops.user where id = $id
