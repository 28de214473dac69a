-- Forget what somebody typed.
delete from ops.draft where user_id = $user_id and form = $form
