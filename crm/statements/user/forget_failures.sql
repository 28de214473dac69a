-- Forget the failures of a person who signed in.
delete from ops.sign_in_failure where email = $email and address = $address
