-- Whose session is it? No row once it ended or its person was disabled.
select person.email, person.theme, person.is_demo, person.must_change_password, session.seen_at, session.expires_at
from ops.session as session
join ops.user as person on person.id = session.user_id
where session.token_hash = $token_hash and session.ended_at is null and person.disabled_at is null
