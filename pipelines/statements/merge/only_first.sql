and {key} not in (select key from seen where object = $object and source = $source)
qualify row_number() over (partition by {key} order by record_number) = 1
