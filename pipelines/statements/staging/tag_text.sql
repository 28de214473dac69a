-- Tags as a record keeps them: each once whatever its case, in alphabetical order; see crm/tag_text.py.
create or replace temp macro tag_text(text) as
nullif(
    array_to_string(
        list_sort(
            list_filter(
                tag_list(text),
                lambda name, place: list_position(list_transform(tag_list(text), lambda other: lower(other)), lower(name)) = place
            )
        ),
        '; '
    ),
    ''
)
