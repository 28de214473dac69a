 and found.record_number = lines.record_number
