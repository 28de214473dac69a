-- What counts of a name: letters and digits without case and accents.
create or replace temp macro name_key(text) as
nullif(regexp_replace(lower(strip_accents(nfc_normalize(text))), '[^\p{L}\p{N}]', '', 'g'), '')
