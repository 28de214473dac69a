-- Up to which migration is the file?
select max(number) as number from ops.migration
