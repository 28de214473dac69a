-- The records with their references as keys, and the first reference that names none or several.
create or replace temp table {linked} as
select
    identified.*, {references}
    {bad_field} as bad_field, {bad_value} as bad_value, {candidates} as candidates
from identified {joins}
