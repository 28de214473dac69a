-- Put the records of a file that do not fit aside; of a word that is none of a field's, say which are.
insert into rejected
select
    record_number, false, list_extract($names::varchar[], bad_column), bad_value, bad_reason,
    case when bad_reason = 'unreadable' then list_extract($known::varchar[], bad_column) end
from checked
where bad_column is not null
