-- Did a person or a load change the field since the record was read? A load kept the record as it stood before it.
record.version <> chosen.version
    and (
        exists (
            select 1
            from history.edit
            where edit.object = '{object}'
                and edit.field = '{field}'
                and edit.record_id = record.id
                and edit.version > chosen.version
        )
        or exists (
            select 1
            from history.{object} as image
            where image.id = record.id
                and image.version >= chosen.version
                and image.{field} is distinct from record.{field}
        )
    )
