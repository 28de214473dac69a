-- Take out the records that do not get in.
delete from {linked} where record_number in (select record_number from refused)
