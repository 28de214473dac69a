-- How are the records that the load changed to stand without it? Each value is what the last of those who set it says:
-- a load that stands, a person, or whoever made the record. What was set after the load stays and is listed.
create or replace temp table {touched} as
select * exclude (standing), put_back is distinct from standing as is_changed
from (
    select
        id, {values} as put_back, {standing} as standing,
        coalesce(made.batch_id, base.batch_id) as batch_id,
        case when made is null then base.record_number else made.record_number end as record_number,
        list_filter([{kept}], lambda entry: entry is not null) as kept
    from (
        select
            id,
            arg_max(next, version) as record,
            arg_min(image, version) as base,
            max(version) filter (where is_own) as own_version,
            arg_max({'batch_id': next.batch_id, 'record_number': next.record_number}, version)
                filter (where stands) as made,
            {is_set} as is_set,
            {lasts} as last
        from step
        group by id
    )
)
