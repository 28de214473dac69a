-- What do the records of a clean file say, read with the types of the fields? Fails at the first that does not fit.
select {fields}
from read_csv(
    $path,
    auto_detect = false, header = true, delim = $delimiter, quote = '"', escape = '"', columns = {columns}
)
