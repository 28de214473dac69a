-- End all sessions of a person.
update ops.session set ended_at = $ended_at where user_id = $user_id and ended_at is null
