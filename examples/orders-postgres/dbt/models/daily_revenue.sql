{{ config(order_by='(day, currency)') }}
select
  toDate(placed_at) as day,
  currency,
  count() as orders,
  sum(amount) as revenue
from {{ ref('orders') }}
where status != 'cancelled'
group by day, currency
