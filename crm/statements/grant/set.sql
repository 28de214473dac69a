-- Give a role a right, or another one than it had.
insert into ops.access_grant (role, object, verb, scope, masked)
values ($role, $object, $verb, $scope, $masked::varchar[])
on conflict (role, object, verb) do update set scope = excluded.scope, masked = excluded.masked
