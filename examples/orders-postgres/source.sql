-- The shop's database, as its owners made it. `psql -f source.sql` on an empty database.
CREATE SCHEMA shop;

CREATE TABLE shop.orders (
  order_id    integer        PRIMARY KEY,
  customer    text           NOT NULL,
  email       text           NOT NULL,
  status      text           NOT NULL,
  amount      numeric(12, 2) NOT NULL,
  currency    char(3)        NOT NULL,
  placed_at   timestamp      NOT NULL,
  updated_at  timestamp      NOT NULL
);

INSERT INTO shop.orders
SELECT
  n,
  'Customer ' || n % 500,
  'customer' || n % 500 || '@example.org',
  (ARRAY['placed', 'paid', 'shipped', 'cancelled'])[1 + n % 4],
  round((10 + n % 997 * 0.73)::numeric, 2),
  (ARRAY['EUR', 'USD'])[1 + n % 2],
  timestamp '2026-01-01' + n * interval '7 minutes',
  timestamp '2026-01-01' + n * interval '7 minutes' + interval '2 days'
FROM generate_series(1, 10000) AS n;
