-- The records of a file as texts; those whose form is broken go to reject_errors.
select *
from read_csv(
    $path,
    auto_detect = false, header = true, delim = $delimiter, quote = '"', escape = '"', columns = {columns},
    store_rejects = true, rejects_limit = 0, parallel = {is_parallel}
)
