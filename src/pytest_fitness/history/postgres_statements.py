"""What the PostgreSQL store asks."""

from typing import Final

_NEWEST: Final = """
SELECT name, newest.run_ids, newest.numbers, newest.verdicts
FROM fitness_series AS series
CROSS JOIN LATERAL (
    SELECT
        array_agg(run_id) AS run_ids, array_agg(value) AS numbers,
        array_agg(verdict_id) AS verdicts
    FROM (
        SELECT run_id, value, verdict_id FROM fitness_measurement
        WHERE series_id = series.id{condition}
        ORDER BY run_id DESC LIMIT %(count)s
    ) AS one
) AS newest
WHERE name = ANY(%(series)s) AND newest.run_ids IS NOT NULL
"""
NUMBERS: Final = _NEWEST.format(condition="")
# For few series, or those with few rows: each row is looked at, as no index knows a sum.
AMONG_RUNS: Final = _NEWEST.format(
    condition=" AND run_id + 0 = ANY(%(runs)s) AND verdict_id = ANY(%(trusted)s)"
)
# For many series: a run after the other, however many others lie between them.
OF_RUNS: Final = """
SELECT name, newest.run_ids, newest.numbers, newest.verdicts
FROM (
    SELECT
        series_id, array_agg(run_id) AS run_ids, array_agg(value) AS numbers,
        array_agg(verdict_id) AS verdicts
    FROM (
        SELECT series_id, run_id, value, verdict_id FROM fitness_measurement
        WHERE run_id = ANY(%(runs)s) AND verdict_id = ANY(%(trusted)s)
        ORDER BY series_id, run_id DESC
    ) AS one
    GROUP BY series_id
) AS newest
JOIN fitness_series AS series ON series.id = newest.series_id
WHERE name = ANY(%(series)s)
"""

REFERENCE: Final = """
SELECT id FROM fitness_run
WHERE status = 'complete' AND dirty IS NOT TRUE
    AND (branch IS NULL OR %(branch)s::text IS NULL OR branch = %(branch)s)
ORDER BY id DESC LIMIT %(newest)s::bigint
"""
WORDS: Final = "SELECT id, unit, outcome FROM fitness_verdict"

POINTS: Final = """
SELECT run_id, value, unit, outcome, violations, frozen
FROM fitness_measurement JOIN fitness_verdict AS verdict ON verdict.id = verdict_id
WHERE series_id = (SELECT id FROM fitness_series WHERE name = %s)
ORDER BY run_id DESC LIMIT %s
"""
SERIES: Final = """
SELECT name, (SELECT count(*) FROM fitness_measurement WHERE series_id = series.id)
FROM fitness_series AS series ORDER BY name COLLATE "C"
"""

_RUN: Final = """
SELECT run.id, commit_id, branch, dirty, gate, fingerprint, details, versions, status
FROM fitness_run AS run JOIN fitness_environment AS environment
    ON environment.id = environment_id
"""
RUNS: Final = _RUN + "ORDER BY run.id DESC LIMIT %s"
RUNS_OF: Final = _RUN + "WHERE run.id = ANY(%s) ORDER BY run.id"
RUN_IDS: Final = "SELECT id FROM fitness_run ORDER BY id"
RUN_IDS_WITHIN: Final = "SELECT id FROM fitness_run WHERE id BETWEEN %s AND %s"
RESULTS_OF: Final = """
SELECT run_id, name, value, unit, outcome, violations, frozen
FROM fitness_series AS series
CROSS JOIN LATERAL (
    SELECT * FROM fitness_measurement WHERE series_id = series.id AND run_id = ANY(%s)
) AS measurement
JOIN fitness_verdict AS verdict ON verdict.id = verdict_id
ORDER BY run_id, name COLLATE "C"
"""

ADD_ENVIRONMENT: Final = """
INSERT INTO fitness_environment (fingerprint, details) VALUES (%s, %s) ON CONFLICT DO NOTHING
"""
NEWEST_WITHIN: Final = "SELECT max(id) FROM fitness_run WHERE id BETWEEN %s AND %s"
ADD_RUN: Final = """
INSERT INTO fitness_run VALUES (
    %s, %s, %s, %s, %s,
    (SELECT id FROM fitness_environment WHERE fingerprint = %s AND details = %s), %s, %s
)
ON CONFLICT DO NOTHING RETURNING id
"""
SERIES_IDS: Final = "SELECT name, id FROM fitness_series"
# In one order for all who write, so that no two ever wait for each other.
ADD_SERIES: Final = """
INSERT INTO fitness_series (name) SELECT name FROM unnest(%s::text[]) AS new(name)
ORDER BY name ON CONFLICT DO NOTHING
"""
VERDICT_IDS: Final = "SELECT unit, outcome, violations, frozen, id FROM fitness_verdict"
ADD_VERDICTS: Final = """
INSERT INTO fitness_verdict (unit, outcome, violations, frozen)
SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[])
    AS new(unit, outcome, violations, frozen)
ORDER BY unit, outcome, violations, frozen ON CONFLICT DO NOTHING
"""
ADD_MEASUREMENTS: Final = """
INSERT INTO fitness_measurement
SELECT * FROM unnest(%s::integer[], %s::bigint[], %s::double precision[], %s::integer[])
"""
