-- Did any account change since the marts were counted?
select exists (select 1 from ops.touched_account)
