-- Was any load taken back?
select exists (select 1 from landing.batch where undone_at is not null)
