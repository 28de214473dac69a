-- Note when a session was last used.
update ops.session set seen_at = $seen_at where token_hash = $token_hash
