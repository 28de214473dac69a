-- How did, and how do, the records of an object stand in each version?
create or replace temp view state as
select {columns} from history.{name}
union all
select {columns} from core.{name}
