"""The tables of the PostgreSQL store, and the steps from one format to the next.

They lie in the first schema of the search path, beside whatever else is there.
"""

from typing import Final

FIRST: Final = """
CREATE TABLE fitness_environment (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fingerprint text NOT NULL,
    details text NOT NULL,
    UNIQUE (fingerprint, details)
);
CREATE TABLE fitness_run (
    id bigint PRIMARY KEY,  -- the start in milliseconds, times 1000, plus a number within it
    commit_id text,
    branch text,
    dirty boolean,
    gate text,
    environment_id integer NOT NULL REFERENCES fitness_environment,
    versions text NOT NULL,
    status text NOT NULL
);
CREATE TABLE fitness_series (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE
);
CREATE TABLE fitness_verdict (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    unit text NOT NULL,
    outcome text NOT NULL,
    violations bigint NOT NULL,
    frozen bigint NOT NULL,
    UNIQUE (unit, outcome, violations, frozen)
);
CREATE TABLE fitness_measurement (
    series_id integer NOT NULL,
    run_id bigint NOT NULL,
    value double precision,
    verdict_id integer NOT NULL,
    PRIMARY KEY (run_id, series_id)  -- as they come: what a run measured lies together
);
CREATE INDEX fitness_measurement_by_series ON fitness_measurement (series_id, run_id);
CREATE VIEW fitness_history AS
SELECT
    series.name AS series, to_timestamp(run.id / 1000000.0) AS started,
    value, unit, outcome, violations, frozen, commit_id, branch, dirty, gate, status
FROM fitness_measurement
JOIN fitness_series AS series ON series.id = series_id
JOIN fitness_run AS run ON run.id = run_id
JOIN fitness_verdict AS verdict ON verdict.id = verdict_id;
CREATE TABLE fitness_format (version integer NOT NULL);
INSERT INTO fitness_format VALUES (1)
"""

MIGRATIONS: Final[dict[int, str]] = {1: FIRST}
"""What leads to each format from the one before."""

VERSION: Final = max(MIGRATIONS)
LOCK: Final = 0x46697448
"""The advisory lock of all who write: shared by runs, held alone by who changes the tables."""
