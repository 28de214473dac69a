-- What may a role do? One row a grant.
select object, verb, scope, masked
from ops.access_grant
where role = $role
order by object, verb
