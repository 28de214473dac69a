-- Put aside the records that name one of the new records that do not get in; not yet where a record that repeats its key
-- may take its place.
insert into refused
select record_number, false, $column_name, {field}, 'unknown', $object
from {linked}
where
    record_number not in (select record_number from refused)
    and {id} in (
        select id
        from {linked}
        where
            is_new
            and record_number in (select record_number from refused)
            and key not in (
                select key
                from (
                    select {key} as key
                    from {records}
                    where record_number in (select record_number from refused where is_duplicate)
                )
                where key is not null
            )
    )
