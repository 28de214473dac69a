-- Which tags does a text name? They are parted by semicolons or commas of any width, or stand in lines of their own.
create or replace temp macro tag_list(text) as
list_filter(
    list_transform(string_split_regex(text, '[;；,，、\r\n\t]'), lambda name: trim(regexp_replace(name, '\s+', ' ', 'g'))),
    lambda name: name <> ''
)
