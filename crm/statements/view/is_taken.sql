-- Has the person another view of the list under that name?
select count(*) > 0
from ops.saved_view
where
    object = $object
    and user_id is not distinct from $user_id
    and lower(name) = lower($name)
    and id is distinct from $id
