-- What counts of a name: letters and digits without case and accents; all of it where it has none.
create or replace temp macro name_key(text) as
coalesce(nullif(regexp_replace(lower(strip_accents(nfc_normalize(text))), '[^\p{L}\p{N}]', '', 'g'), ''), text)
