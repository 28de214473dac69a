-- Has the field another value? A record that is put away is not put away once more.
case
    when '{field}' = 'archived_at' then (record.{field} is null) <> ($value_{field} is null)
    else record.{field} is distinct from cast($value_{field} as {type})
end
