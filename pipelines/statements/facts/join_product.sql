left join ({product_keys}) as product on product.key = lines.{product}
