abs(lines.{quantity}::double * lines.{unit_price}::double) < 9e9
