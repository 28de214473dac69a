-- Of which records can a value be taken back?
select record_id from returned
