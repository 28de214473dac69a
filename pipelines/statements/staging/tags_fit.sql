-- Is none of the tags too long, and has none a sign that nobody sees?
not regexp_matches({field}, '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]') and list_max(list_transform(tag_list({field}), lambda name: length(name))) <= {longest}
