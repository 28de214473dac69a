-- Put the records of a file that fit behind those that are staged.
insert into {staged} by name
select {fields} from checked where bad_column is null
