-- Count an attempt as failed until it succeeds.
insert into ops.sign_in_failure values ($email, $address, $failed_at)
