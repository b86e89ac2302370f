{{ config(order_by='order_id') }}
select order_id, customer, email, status, amount, currency, placed_at
from {{ source('contract', 'raw_orders') }}
