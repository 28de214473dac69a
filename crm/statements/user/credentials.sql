-- What does a person with this e-mail prove itself with? No row for a disabled sign-in.
select id, password_hash, is_demo
from ops.user
where email = $email and disabled_at is null
