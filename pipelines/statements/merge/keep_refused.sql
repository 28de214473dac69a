-- Keep the records that merging put aside.
insert into refused_before
select * from refused
where
    not is_duplicate
    and record_number not in (select record_number from rejected union all select record_number from refused_before)
