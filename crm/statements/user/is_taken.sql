-- Does somebody sign in with this e-mail, disabled or not?
select count(*) from ops.user where email = $email
