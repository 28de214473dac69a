account.id in (
        select touched_account.account_id from ops.touched_account where touched_account.refresh_id = $refresh_id
    )
