-- The statement of complaints for the quarter from :first to before :after (moments), straight from the tables.
-- One row: received, judged, in time, escalated, before merging; the same four after merging, which leaves out what was
-- merged into an earlier complaint and what repeats one; how many were merged, how many repeat. Standard SQL, the same on SQLite and PostgreSQL;
-- {d} stands for the database's way to take so many days from a moment.
WITH received AS (
    SELECT c.id, c.customer_id, c.opened_at, p.business, p.cause, p.source, p.ending
    FROM cases_case c JOIN complaints_complaint p ON p.case_id = c.id
    WHERE c.kind = 'complaints' AND c.opened_at >= :first AND c.opened_at < :after
), everything AS (
    SELECT c.customer_id, c.opened_at, p.business, p.cause, p.source
    FROM cases_case c JOIN complaints_complaint p ON p.case_id = c.id WHERE c.kind = 'complaints'
), verdicts AS (
    SELECT r.id, MAX(k.status) AS status
    FROM received r JOIN cases_clock k ON k.case_id = r.id
    WHERE k.promise IN ('legal', 'company_reply') AND k.status IN ('kept', 'broken') GROUP BY r.id
), repeats AS (
    SELECT DISTINCT r.id FROM received r JOIN everything e
      ON e.customer_id = r.customer_id AND e.business = r.business AND e.cause = r.cause
    WHERE r.business <> '' AND r.cause <> '' AND e.opened_at < r.opened_at AND e.opened_at >= {30 days before}
), escalated AS (
    SELECT DISTINCT r.id FROM received r JOIN everything e ON e.customer_id = r.customer_id
    WHERE r.source IN ('regulator', 'pboc', 'petition') AND e.source NOT IN ('regulator', 'pboc', 'petition')
      AND e.opened_at < r.opened_at AND e.opened_at >= {90 days before}
), remaining AS (
    SELECT id FROM received WHERE ending <> 'merged' AND id NOT IN (SELECT id FROM repeats)
)
SELECT (SELECT COUNT(*) FROM received),
       (SELECT COUNT(*) FROM verdicts),
       (SELECT COUNT(*) FROM verdicts WHERE status = 'kept'),
       (SELECT COUNT(*) FROM escalated),
       (SELECT COUNT(*) FROM remaining),
       (SELECT COUNT(*) FROM verdicts WHERE id IN (SELECT id FROM remaining)),
       (SELECT COUNT(*) FROM verdicts WHERE status = 'kept' AND id IN (SELECT id FROM remaining)),
       (SELECT COUNT(*) FROM escalated WHERE id IN (SELECT id FROM remaining)),
       (SELECT COUNT(*) FROM received WHERE ending = 'merged'),
       (SELECT COUNT(*) FROM repeats)
