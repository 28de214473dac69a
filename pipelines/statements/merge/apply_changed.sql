-- Write the changed records, unless somebody changed them since they were compared.
update {core} as record
set {fields}
from {pending} as pending
where record.id = pending.id and not pending.is_new and record.version = pending.version - 1
