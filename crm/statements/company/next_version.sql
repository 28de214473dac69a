-- The number of the next change of the company's settings.
select coalesce(max(version), 0) + 1 from history.edit where object = 'company'
