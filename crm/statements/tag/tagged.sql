-- Which records of an object have a tag?
select id from visible.{object} where list_contains(string_split(lower(tags), '; '), lower($tag))
