-- Take a right from a role.
delete from ops.access_grant where role = $role and object = $object and verb = $verb
