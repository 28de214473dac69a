-- Give a person another role.
update ops.user set role = $value where id = $id
