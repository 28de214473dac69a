-- What a text is as a text.
nullif(text, '')
