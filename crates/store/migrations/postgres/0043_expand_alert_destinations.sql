-- Whether what was sent to a destination last arrived.

create index alert_deliveries_ended on alert_deliveries (destination_id, id) where state in ('sent', 'failed');
