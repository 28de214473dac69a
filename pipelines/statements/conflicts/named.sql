left join core.{target} as stands on stands.id = record.{field}
left join core.{target} as brought on brought.id = try_cast(conflict.value as bigint)
left join core.{target} as stood on stood.id = try_cast(conflict.standing as bigint)
