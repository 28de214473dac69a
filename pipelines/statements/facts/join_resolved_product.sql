left join resolved_product as by_product on by_product.value = lines.{product} and by_product.candidates = 1
