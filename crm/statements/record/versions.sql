-- Which versions have the records that are to be changed?
select record.id, record.version from core.{object} as record join chosen on chosen.id = record.id
