-- Clear the list of broken records before the next file.
delete from reject_errors
