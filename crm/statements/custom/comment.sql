-- The column says what its field is called.
comment on column {column} is {comment}
