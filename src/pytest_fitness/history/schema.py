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

MIGRATIONS: dict[int, str] = {1: FIRST}
"""What leads to each format from the one before; statements are separated by semicolons."""

VERSION = max(MIGRATIONS)
