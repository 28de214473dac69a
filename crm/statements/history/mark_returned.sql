-- What was taken back counts no more as the word of a person.
update history.edit set undone_at = $now where id in (select edit_id from returned)
