-- Put one file's records behind those that are staged.
insert into {staged} {records}
