-- Change what is said of a field.
update ops.custom_field
set
    title = $title, title_zh = $title_zh::varchar, choices = $choices::varchar[], is_personal = $is_personal,
    archived_at = case when $is_archived then coalesce(archived_at, $now) end
where code = $code
