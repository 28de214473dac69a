-- Is it called the same, but for signs, spaces and capitals? What is cheap is compared first: the first letter, then whether the
-- letters follow each other.
(
    case when substr(record.name, 1, 1) in (lower(substr($name, 1, 1)), upper(substr($name, 1, 1))) then
        case when lower(record.name) like
            '%' || array_to_string(string_split(regexp_replace(lower($name), '[^\p{L}\p{N}]+', '', 'g'), ''), '%') || '%'
        then
            regexp_replace(lower(record.name), '[^\p{L}\p{N}]+', '', 'g')
            = regexp_replace(lower($name), '[^\p{L}\p{N}]+', '', 'g')
        end
    end
)
