-- Complaints of the quarter from :first to before :after (moments) held against exposures, straight from the tables: a
-- row for each branch complaints came in about, in the order of codes. :july is the quarter's first month, :september
-- its last. Code, received, branches, customers at the end, transactions of all three months; NULL where one is missing.
SELECT u.code, COUNT(DISTINCT c.id),
       (SELECT e.amount FROM exposures_exposure e WHERE e.unit_id = u.id AND e.series = 'branches'
         AND e.month = :september AND e.replaced_at IS NULL),
       (SELECT e.amount FROM exposures_exposure e WHERE e.unit_id = u.id AND e.series = 'customers'
         AND e.month = :september AND e.replaced_at IS NULL),
       (SELECT CASE WHEN COUNT(*) = 3 THEN SUM(e.amount) END FROM exposures_exposure e WHERE e.unit_id = u.id
         AND e.series = 'transactions' AND e.month >= :july AND e.month <= :september AND e.replaced_at IS NULL)
  FROM people_unit u
  JOIN cases_case c ON COALESCE(c.complained_unit_id, c.handling_unit_id) = u.id
 WHERE c.kind = 'complaints' AND c.opened_at >= :first AND c.opened_at < :after AND u.kind = 'branch'
 GROUP BY u.id, u.code ORDER BY u.code
