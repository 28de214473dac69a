-- What do the columns of a file say for each field, before it is understood?
select raw.rowid as place, raw.*, {texts} from raw
