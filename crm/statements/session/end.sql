-- End a session.
update ops.session set ended_at = $ended_at where token_hash = $token_hash and ended_at is null
