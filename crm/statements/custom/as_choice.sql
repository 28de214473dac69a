-- Which word of a choice a text is, whatever its case; null where it is none.
list_extract(
    $choices::varchar[],
    list_position(list_transform($choices::varchar[], lambda word: lower(word)), lower(text))
)
