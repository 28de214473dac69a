-- How often did sign-in fail lately, from this address and from anywhere?
select count(*) filter (where address = $address), count(*)
from ops.sign_in_failure
where email = $email and failed_at > $since
