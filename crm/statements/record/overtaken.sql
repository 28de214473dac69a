-- Which records stay as they are, because somebody changed the same field meanwhile, and what stands there?
select id, field, before from difference where is_overtaken order by all
