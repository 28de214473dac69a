left join visible.{target} as stands on stands.id = record.{field}
left join visible.{target} as brought on brought.id = try_cast(conflict.value as bigint)
left join visible.{target} as stood on stood.id = try_cast(conflict.standing as bigint)
