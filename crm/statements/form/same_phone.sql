-- Has it the same phone, but for signs, spaces and what stands before its last nine digits? The last two are compared first.
(
    case when ends_with(record.phone, right($phone, 2)) then
        length(regexp_replace($phone, '\D', '', 'g')) > 5
        and right(regexp_replace(record.phone, '\D', '', 'g'), 9) = right(regexp_replace($phone, '\D', '', 'g'), 9)
    end
)
