-- Which saved views of a list may a person pick? Its own first, by name. Grain: view.
select view.id, view.name, view.user_id, person.name as owner, view.is_shared, view.address
from ops.saved_view as view
left join ops.user as person on person.id = view.user_id
where view.object = $object and (view.is_shared or view.user_id is not distinct from $user_id)
order by (view.user_id is not distinct from $user_id) desc, lower(view.name), view.id
