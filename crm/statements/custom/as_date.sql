-- What a text is as a date; null where it is none.
try_cast(text as date)
