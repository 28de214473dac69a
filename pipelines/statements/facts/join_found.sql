join found on found.record_number = lines.record_number
