-- Leave what others refer to that stay.
delete from doomed
where object = '{target}' and id in (select child.{column} from {table} as child where {stays})
