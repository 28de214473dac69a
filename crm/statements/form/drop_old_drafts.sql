-- Forget what nobody came back to.
delete from ops.draft where kept_at < $before
