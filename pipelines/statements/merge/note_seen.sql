-- Keep in mind which keys the load brought.
insert into seen
select $object, $source, key from incoming
