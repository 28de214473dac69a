lines.{happened_at} between timestamp '1900-01-01' and timestamp '2100-01-01'
