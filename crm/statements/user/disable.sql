-- Withdraw a sign-in.
update ops.user set disabled_at = $value where id = $id and disabled_at is null
