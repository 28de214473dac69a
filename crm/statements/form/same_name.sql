-- Is it called the same, but for signs, spaces and capitals? The first letter is compared first, as that is cheap.
(
    lower(left(record.name, 1)) = lower(left($name, 1))
    and regexp_replace(lower(record.name), '[^\p{L}\p{N}]+', '', 'g') = regexp_replace(lower($name), '[^\p{L}\p{N}]+', '', 'g')
)
