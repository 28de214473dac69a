-- Take out the records that do not get in.
delete from {linked} where {gone}
