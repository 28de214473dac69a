-- Drop sessions that ended long ago.
delete from ops.session where expires_at < $before
