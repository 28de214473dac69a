-- Put the records of a file that do not fit aside; say which words a field knows, and that a year needs four digits.
insert into rejected
select
    record_number, false, list_extract($names::varchar[], bad_column), bad_value, bad_reason,
    case
        when bad_reason = 'unreadable' and list_extract($known::varchar[], bad_column) is not null
        then list_extract($known::varchar[], bad_column)
        when list_extract($days::boolean[], bad_column)
        and regexp_full_match(bad_value, '\d{1,2}([-/.])\d{1,2}([-/.])\d{1,2}([ T,].*)?')
        then 'short_year'
    end
from checked
where bad_column is not null
