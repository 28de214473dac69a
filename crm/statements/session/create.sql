-- Sign a browser in.
insert into ops.session (token_hash, user_id, created_at, seen_at, expires_at, user_agent)
values ($token_hash, $user_id, $created_at, $created_at, $expires_at, $user_agent)
