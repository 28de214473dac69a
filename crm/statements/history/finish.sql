-- An action was taken back.
update history.action set undone_at = $now where id = $id
