-- Link a sign-in to the member of staff that it acts for.
update ops.user set staff_id = $value where id = $id
