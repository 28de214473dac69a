-- Which of the records does the viewer see?
select id from visible.{object} where list_contains($ids::bigint[], id)
