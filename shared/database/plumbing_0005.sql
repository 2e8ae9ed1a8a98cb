-- Headers are kept as the broker's protocol has them, one `name: value` line each: a relay sends them as they are.

-- The last line is Nats-Msg-Id: what is sent again gets another one. A line end in a value was refused at sending until
-- now; it becomes a blank, since nothing looks for one any more.
create function pg_temp.header_lines(headers json) returns text language sql as $$
    select string_agg(name || ': ' || translate(value, E'\r\n', '  ') || E'\r\n', '' order by name = 'Nats-Msg-Id', place)
    from json_each_text(headers) with ordinality as header (name, value, place)
$$;
alter table outbox_messages alter column headers type text using pg_temp.header_lines(headers);
alter table refused_messages alter column headers type text using pg_temp.header_lines(headers);
drop function pg_temp.header_lines(json);
