-- A later load found what this one had written: what it would put back is now what stood before it.
update history.{name} as image
set {fields}
from former
where image.id = former.id and image.batch_id = $batch_id
