-- Did people change accounts since the marts were counted?
select exists (select 1 from ops.touched_account) and exists (select 1 from ops.refresh where finished_at is not null)
