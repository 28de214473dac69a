-- Is it called the same, but for signs, spaces and capitals? The first letter is compared first, as that is cheap.
(
    left(record.name, 1) in (lower(left($name, 1)), upper(left($name, 1)))
    and regexp_replace(lower(record.name), '[^\p{L}\p{N}]+', '', 'g') = regexp_replace(lower($name), '[^\p{L}\p{N}]+', '', 'g')
)
