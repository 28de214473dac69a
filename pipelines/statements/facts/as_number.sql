regexp_replace({value}::varchar, '\.0+$|(\.\d*[1-9])0+$', '\1')
