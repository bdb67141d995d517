"""The tables of the SQLite store, and the steps from one format to the next."""

FIRST = """
CREATE TABLE environment (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    details TEXT NOT NULL,
    UNIQUE (fingerprint, details)
);
CREATE TABLE run (
    id INTEGER PRIMARY KEY,  -- the start in milliseconds, times 1000, plus a number within it
    commit_id TEXT,
    branch TEXT,
    dirty INTEGER,
    gate TEXT,
    environment_id INTEGER NOT NULL REFERENCES environment,
    versions TEXT NOT NULL,
    status TEXT NOT NULL
);
CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
CREATE TABLE verdict (  -- few ever occur: to point at them keeps measurements small and quick
    id INTEGER PRIMARY KEY,
    unit TEXT NOT NULL,
    outcome TEXT NOT NULL,
    violations INTEGER NOT NULL,
    frozen INTEGER NOT NULL,
    UNIQUE (unit, outcome, violations, frozen)
);
CREATE TABLE measurement (
    series_id INTEGER NOT NULL REFERENCES series,
    run_id INTEGER NOT NULL REFERENCES run,
    value REAL,
    verdict_id INTEGER NOT NULL REFERENCES verdict,
    PRIMARY KEY (series_id, run_id)
) WITHOUT ROWID;
CREATE VIEW history AS  -- for people who look into the file with other tools
SELECT
    series.name AS series, datetime(run.id / 1000000, 'unixepoch') AS started,
    value, unit, outcome, violations, frozen, commit_id, branch, dirty, gate, status
FROM measurement
JOIN series ON series.id = series_id
JOIN run ON run.id = run_id
JOIN verdict ON verdict.id = verdict_id
"""

SECOND = """
CREATE TABLE reference (
    branch TEXT  -- in its only row: whose runs are not aside, NULL for any branch
);
INSERT INTO reference VALUES (NULL);
CREATE TABLE parted (  -- what trends are judged against lies together, however many runs are aside
    series_id INTEGER NOT NULL REFERENCES series,
    aside INTEGER NOT NULL,  -- 1: of no run of the reference, or without a number to be trusted
    run_id INTEGER NOT NULL REFERENCES run,
    value REAL,
    verdict_id INTEGER NOT NULL REFERENCES verdict,
    PRIMARY KEY (series_id, aside, run_id)
) WITHOUT ROWID;
INSERT INTO parted
SELECT
    series_id,
    NOT (
        status = 'complete' AND dirty IS NOT 1 AND outcome IN ('passed', 'warned', 'failed')
    ),
    run_id, value, verdict_id
FROM measurement
JOIN run ON run.id = run_id
JOIN verdict ON verdict.id = verdict_id;
DROP VIEW history;
DROP TABLE measurement;
ALTER TABLE parted RENAME TO measurement;
CREATE VIEW history AS  -- for people who look into the file with other tools
SELECT
    series.name AS series, datetime(run.id / 1000000, 'unixepoch') AS started,
    value, unit, outcome, violations, frozen, commit_id, branch, dirty, gate, status
FROM measurement
JOIN series ON series.id = series_id
JOIN run ON run.id = run_id
JOIN verdict ON verdict.id = verdict_id
"""

MIGRATIONS: dict[int, str] = {1: FIRST, 2: SECOND}
"""What leads to each format from the one before; statements are separated by semicolons."""

VERSION = max(MIGRATIONS)
