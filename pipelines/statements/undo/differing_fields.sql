-- In which fields does any record differ by the load?
select {fields}
from course
join state as image on image.id = course.id and image.version = course.version
join state as next on next.id = course.id and next.version = course.next_version
where course.replaced_by_batch_id = $batch_id
