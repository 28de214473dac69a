where lines.record_number not in (select record_number from refused)
