-- What a text is as a number; null where it is none.
try_cast(text as decimal(24, 6))
