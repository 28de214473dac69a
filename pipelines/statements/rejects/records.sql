-- What do the refused records say? Those of broken form say it in one piece.
select refused.record_number, refused.column_name, refused.reason, refused.detail, refused.broken, {columns}
from refused
left join (
    select raw.*, raw.rowid + 1 + coalesce(shifts.broken, 0) as record_number
    from raw
    asof left join shifts on raw.rowid >= shifts.good_before
) as raw on raw.record_number = refused.record_number
order by refused.record_number
