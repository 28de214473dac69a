-- Who signs in with this e-mail? No row for a disabled sign-in.
select id, name, role, staff_id, language
from ops.user
where email = $email and disabled_at is null
