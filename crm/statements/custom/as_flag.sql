-- What a text is as a yes or no; null where it is neither.
case
    when lower(text) in ('true', 'yes', '是') then true
    when lower(text) in ('false', 'no', '否') then false
end
