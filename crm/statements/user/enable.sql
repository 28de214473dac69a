-- Give a withdrawn sign-in back.
update ops.user set disabled_at = null where id = $id
