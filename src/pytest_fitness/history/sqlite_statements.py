"""What the SQLite store asks; SQLite merges two parts as they come, and stops at the limit."""

from typing import Final

NUMBERS: Final = """
SELECT run_id, value FROM measurement
WHERE series_id = (SELECT id FROM series WHERE name = :name) AND aside = 0
UNION ALL
SELECT run_id, value FROM measurement
WHERE series_id = (SELECT id FROM series WHERE name = :name) AND aside = 1
ORDER BY run_id DESC LIMIT :count
"""

REFERENCE: Final = """
SELECT run_id, value, verdict_id FROM measurement
WHERE series_id = (SELECT id FROM series WHERE name = :name) AND aside = 0
ORDER BY run_id DESC LIMIT :count
"""

WORDS: Final = "SELECT id, unit, outcome = 'failed' FROM verdict"

POINTS: Final = """
SELECT run_id, value, unit, outcome, violations, frozen
FROM measurement JOIN verdict ON verdict.id = verdict_id
WHERE series_id = (SELECT id FROM series WHERE name = :name) AND aside = 0
UNION ALL
SELECT run_id, value, unit, outcome, violations, frozen
FROM measurement JOIN verdict ON verdict.id = verdict_id
WHERE series_id = (SELECT id FROM series WHERE name = :name) AND aside = 1
ORDER BY run_id DESC LIMIT :count
"""

SERIES: Final = """
SELECT name, (SELECT count(*) FROM measurement WHERE series_id = series.id)
FROM series ORDER BY name
"""

_RUN: Final = """
SELECT run.id, commit_id, branch, dirty, gate, fingerprint, details, versions, status
FROM run JOIN environment ON environment.id = environment_id
"""
RUNS: Final = _RUN + "ORDER BY run.id DESC LIMIT ?"
RUNS_OF: Final = _RUN + "WHERE run.id IN (SELECT value FROM json_each(?))"  # noqa: S608 - constant
RUNS_WITHIN: Final = _RUN + "WHERE run.id BETWEEN ? AND ?"
EVERY_RUN: Final = _RUN + "ORDER BY run.id"

_RESULT: Final = """
SELECT run_id, name, value, unit, outcome, violations, frozen
FROM series CROSS JOIN measurement ON series_id = series.id
JOIN verdict ON verdict.id = verdict_id
"""
RESULTS_WITHIN: Final = _RESULT + "WHERE aside IN (0, 1) AND run_id BETWEEN ? AND ?"
EVERY_RESULT: Final = _RESULT + "ORDER BY run_id"

ADD_ENVIRONMENT: Final = (
    "INSERT INTO environment (fingerprint, details) VALUES (?, ?) ON CONFLICT DO NOTHING"
)
ADD_RUN: Final = """
INSERT INTO run VALUES (
    ?, ?, ?, ?, ?, (SELECT id FROM environment WHERE fingerprint = ? AND details = ?), ?, ?
)
"""
NEWEST_WITHIN: Final = "SELECT max(id) FROM run WHERE id BETWEEN ? AND ?"
VERDICTS: Final = "SELECT unit, outcome, violations, frozen, id FROM verdict"
ADD_VERDICT: Final = "INSERT INTO verdict (unit, outcome, violations, frozen) VALUES (?, ?, ?, ?)"
SERIES_IDS: Final = "SELECT name, id FROM series"
ADD_SERIES: Final = "INSERT INTO series (name) VALUES (?)"
ADD_MEASUREMENT: Final = "INSERT INTO measurement VALUES (?, ?, ?, ?, ?)"

PARTED_FOR: Final = "SELECT branch FROM reference"
PARTING: Final = "UPDATE reference SET branch = ?"
WHAT_PARTS: Final = "SELECT id, branch, dirty, status FROM run"
LEAVE: Final = """
UPDATE measurement SET aside = 1
WHERE aside = 0 AND run_id IN (SELECT value FROM json_each(?))
"""
ENTER: Final = """
UPDATE measurement SET aside = 0
WHERE aside = 1 AND run_id IN (SELECT value FROM json_each(?)) AND verdict_id IN (
    SELECT id FROM verdict WHERE outcome IN ('passed', 'warned', 'failed')
)
"""
