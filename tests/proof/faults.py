"""Faults to plant in the database a proof leaves: what is done, in SQL, and which of the judge's counts must speak."""

from __future__ import annotations

ONE = "(SELECT min(id::text)::uuid FROM cases_case)"
OTHER = "(SELECT max(id::text)::uuid FROM cases_case)"
NEW = "gen_random_uuid()"


def again(table: str, which: str, **changes: str) -> str:
    """SQL that inserts a copy of the rows `which` names, with some columns changed."""
    changed = ", ".join(f"'{column}', {value}" for column, value in changes.items())
    return (
        f"INSERT INTO {table} SELECT copied.* FROM {table} t,"
        f" jsonb_populate_record(t, jsonb_build_object({changed})) copied WHERE {which}"
    )


LAST = "(SELECT max(seq) FROM facts_position)"
RECEIVED = f"case_id = {ONE} AND kind = 'complaints.received'"

DATABASE = {
    "one complaint's words stand for another's too": (
        f"UPDATE complaints_complaint SET words = (SELECT words FROM complaints_complaint WHERE case_id = {ONE})"
        f" WHERE case_id = {OTHER}",
        {"complaints with the same words", "acknowledged with another number or other words"},
    ),
    "two complaints bear one number": (
        f"UPDATE cases_case SET number = (SELECT number FROM cases_case WHERE id = {ONE}) WHERE id = {OTHER}",
        {
            "case numbers used twice",
            "acknowledged with another number or other words",
            "letters naming another complaint",
        },
    ),
    "a complaint taken in twice": (
        again("cases_case", f"t.id = {ONE}", id=f"'{'f' * 8}-0000-7000-8000-000000000000'", number="'TS-20260101-9999'"),
        {
            "cases without a receipt",
            "cases without their complaint",
            "cases without exactly one matter",
            "cases without exactly one fact of receipt",
            "cases without exactly one open step",
            "cases with another number of clocks than the first",
            "cases without a running clock",
            "cases without exactly one acknowledgement",
            "cases more than acknowledged",
        },
    ),
    "a receipt is lost": (
        f"DELETE FROM cases_receipt WHERE case_id = {ONE}",
        {"cases without a receipt", "acknowledged complaints missing"},
    ),
    "a second receipt for one case": (
        again("cases_receipt", f"t.case_id = {ONE}", key="'another'"),
        {"cases with two receipts", "complaints nobody was told of"},
    ),
    "a complaint's words are lost": (
        f"DELETE FROM complaints_complaint WHERE case_id = {ONE}",
        {"cases without their complaint", "acknowledged complaints missing"},
    ),
    "a matter is lost": (
        f"DELETE FROM complaints_matter WHERE complaint_id = {ONE}",
        {"cases without exactly one matter"},
    ),
    "a matter twice": (
        again("complaints_matter", f"t.complaint_id = {ONE}", id=NEW, position="2"),
        {"cases without exactly one matter"},
    ),
    "no step is open": (
        f"UPDATE cases_step SET done_at = now() WHERE case_id = {ONE}",
        {"cases without exactly one open step"},
    ),
    "a step twice": (
        again("cases_step", f"t.case_id = {ONE} AND t.done_at IS NULL", id=NEW, serial="999"),
        {"cases without exactly one open step"},
    ),
    "a clock is lost": (
        f"DELETE FROM cases_clock WHERE id = (SELECT id FROM cases_clock WHERE case_id = {OTHER} LIMIT 1)",
        {"cases with another number of clocks than the first"},
    ),
    "no clock runs": (
        f"UPDATE cases_clock SET started_at = NULL WHERE case_id = {ONE}",
        {"cases without a running clock"},
    ),
    "a clock runs to no end": (
        f"UPDATE cases_clock SET due_at = NULL WHERE case_id = {ONE}",
        {"cases without a running clock"},
    ),
    "an acknowledgement was never written": (
        f"DELETE FROM outbox_letter WHERE case_id = {ONE}",
        {"cases without exactly one acknowledgement", "letters nobody wrote", "letters naming another complaint"},
    ),
    "an acknowledgement written twice": (
        again("outbox_letter", f"t.case_id = {ONE}", id=NEW, message_id="'<again@bank.example>'"),
        {"cases without exactly one acknowledgement", "letters that never arrived"},
    ),
    "a letter that stayed": (
        f"UPDATE outbox_letter SET state = 'doubtful' WHERE case_id = {ONE}",
        {"letters not sent in the end"},
    ),
    "the fact of receipt is another one": (
        f"UPDATE facts_fact SET kind = 'cases.noted' WHERE {RECEIVED}",
        {"cases without exactly one fact of receipt"},
    ),
    "a fact waits for its place for ever": (
        f"DELETE FROM facts_position WHERE seq = {LAST}",
        {"facts without a place in the order"},
    ),
    "a place in the order is empty": (
        "DELETE FROM facts_position WHERE seq = 2",
        {"facts without a place in the order", "gaps in the order", "broken links of the chain"},
    ),
    "a fact is gone with its place": (
        "DELETE FROM facts_fact WHERE id = (SELECT fact_id FROM facts_position WHERE seq = 2);"
        " DELETE FROM facts_position WHERE seq = 2",
        {"gaps in the order", "broken links of the chain"},
    ),
    "a fact reads otherwise": (
        "UPDATE facts_fact SET body = body || ' ' WHERE id = (SELECT fact_id FROM facts_position WHERE seq = 2)",
        {"broken links of the chain"},
    ),
    "a link is another": (
        "UPDATE facts_position SET chain = repeat('a', 64) WHERE seq = 2",
        {"broken links of the chain"},
    ),
    "the last link is another": (
        f"UPDATE facts_position SET chain = repeat('a', 64) WHERE seq = {LAST}",
        {"broken links of the chain"},
    ),
    "two facts changed places": (
        "UPDATE facts_position p SET fact_id = q.fact_id FROM facts_position q"
        " WHERE (p.seq = 2 AND q.seq = 3) OR (p.seq = 3 AND q.seq = 2)",
        {"broken links of the chain"},
    ),
}  # fmt: skip

# Nothing of the database may stand in the way of a fault: no trigger, no foreign key, no unique column.
UNGUARDED = """
SET session_replication_role = replica;
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT conrelid::regclass AS place, conname FROM pg_constraint
             WHERE contype = 'u' AND connamespace = 'public'::regnamespace LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.place, one.conname);
  END LOOP;
END $$;
"""
