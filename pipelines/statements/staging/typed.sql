-- What do the records of a clean file say, read with the types of the fields? Those that do not fit go to reject_errors.
select {fields}
from read_csv(
    $path,
    auto_detect = false, header = true, delim = $delimiter, quote = '"', escape = '"', columns = {columns},
    store_rejects = true, rejects_limit = 0
)
