-- Forget what an earlier count of $taken_on kept.
delete from ops.kpi_snapshot where taken_on = $taken_on and not is_closed
