-- Drop failures that no lockout counts any more.
delete from ops.sign_in_failure where failed_at <= $since
