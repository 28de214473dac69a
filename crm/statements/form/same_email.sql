-- Has it the same address?
(lower(record.email) = lower($email))
