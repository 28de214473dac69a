-- What did somebody type into a form and not save?
select content::varchar, version, kept_at
from ops.draft
where user_id = $user_id and form = $form and kept_at >= $since
