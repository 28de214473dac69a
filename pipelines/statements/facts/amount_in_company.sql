case
    when {currency} is null or {currency} = $currency then amount
    else round(amount * (
        select arg_max(fx.rate, fx.valid_on)
        from ops.fx_rate as fx
        where fx.currency = {currency} and fx.valid_on <= lines.{happened_at}::date
    ), 2)
end
