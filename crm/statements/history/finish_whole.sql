-- An action of which nothing stays was taken back. What stays can be taken back once what came over it was, or by who sees it.
update history.action
set undone_at = $now
where id = $id and not exists (select 1 from history.edit where action_id = $id and undone_at is null)
