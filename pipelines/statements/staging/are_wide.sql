-- In which columns are characters outside of ASCII? The engine knows without looking at each record.
select {tests} from {table} limit 1
