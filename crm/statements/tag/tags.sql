-- Which version and which tags have these records?
select id, version, tags from core.{object} where list_contains($ids::bigint[], id)
