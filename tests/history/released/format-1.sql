-- A history as pytest-fitness 0.1.0 wrote it.
PRAGMA application_id = 1181316168;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE environment (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    details TEXT NOT NULL,
    UNIQUE (fingerprint, details)
);
INSERT INTO "environment" VALUES(1,'3f2a','{"cpus": 2}');
CREATE TABLE measurement (
    series_id INTEGER NOT NULL REFERENCES series,
    run_id INTEGER NOT NULL REFERENCES run,
    value REAL,
    verdict_id INTEGER NOT NULL REFERENCES verdict,
    PRIMARY KEY (series_id, run_id)
) WITHOUT ROWID;
INSERT INTO "measurement" VALUES(1,1700000000000000,1.5,2);
INSERT INTO "measurement" VALUES(1,1700086400000000,2.5,2);
INSERT INTO "measurement" VALUES(1,1700172800000000,3.5,2);
INSERT INTO "measurement" VALUES(1,1700259200000000,4.5,2);
INSERT INTO "measurement" VALUES(1,1700345600000000,5.5,3);
INSERT INTO "measurement" VALUES(1,1700432000000000,NULL,4);
INSERT INTO "measurement" VALUES(1,1700518400000000,7.5,5);
INSERT INTO "measurement" VALUES(2,1700000000000000,0.0,1);
INSERT INTO "measurement" VALUES(2,1700086400000000,0.0,1);
INSERT INTO "measurement" VALUES(2,1700172800000000,0.0,1);
INSERT INTO "measurement" VALUES(2,1700259200000000,0.0,1);
INSERT INTO "measurement" VALUES(2,1700345600000000,0.0,1);
INSERT INTO "measurement" VALUES(2,1700432000000000,0.0,1);
INSERT INTO "measurement" VALUES(2,1700518400000000,0.0,1);
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
INSERT INTO "run" VALUES(1700000000000000,'c0ffeec0ffeec0ffeec0ffeec0ffeec0ffee0000','main',0,NULL,1,'{"pytest-fitness": "0.1.0"}','complete');
INSERT INTO "run" VALUES(1700086400000000,'c0ffeec0ffeec0ffeec0ffeec0ffeec0ffee0001','topic',0,'ci',1,'{"pytest-fitness": "0.1.0"}','complete');
INSERT INTO "run" VALUES(1700172800000000,'c0ffeec0ffeec0ffeec0ffeec0ffeec0ffee0002','main',1,'ci',1,'{"pytest-fitness": "0.1.0"}','complete');
INSERT INTO "run" VALUES(1700259200000000,'c0ffeec0ffeec0ffeec0ffeec0ffeec0ffee0003','main',0,'ci',1,'{"pytest-fitness": "0.1.0"}','aborted');
INSERT INTO "run" VALUES(1700345600000000,NULL,NULL,NULL,'ci',1,'{"pytest-fitness": "0.1.0"}','complete');
INSERT INTO "run" VALUES(1700432000000000,'c0ffeec0ffeec0ffeec0ffeec0ffeec0ffee0005','main',0,'ci',1,'{"pytest-fitness": "0.1.0"}','complete');
INSERT INTO "run" VALUES(1700518400000000,'c0ffeec0ffeec0ffeec0ffeec0ffeec0ffee0006','main',0,'ci',1,'{"pytest-fitness": "0.1.0"}','complete');
CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
INSERT INTO "series" VALUES(1,'checkout-p95');
INSERT INTO "series" VALUES(2,'layers::it''s');
CREATE TABLE verdict (  -- few ever occur: to point at them keeps measurements small and quick
    id INTEGER PRIMARY KEY,
    unit TEXT NOT NULL,
    outcome TEXT NOT NULL,
    violations INTEGER NOT NULL,
    frozen INTEGER NOT NULL,
    UNIQUE (unit, outcome, violations, frozen)
);
INSERT INTO "verdict" VALUES(1,'count','passed',0,0);
INSERT INTO "verdict" VALUES(2,'s','passed',0,2);
INSERT INTO "verdict" VALUES(3,'s','warned',0,2);
INSERT INTO "verdict" VALUES(4,'s','no data',0,2);
INSERT INTO "verdict" VALUES(5,'s','failed',1,2);
CREATE VIEW history AS  -- for people who look into the file with other tools
SELECT
    series.name AS series, datetime(run.id / 1000000, 'unixepoch') AS started,
    value, unit, outcome, violations, frozen, commit_id, branch, dirty, gate, status
FROM measurement
JOIN series ON series.id = series_id
JOIN run ON run.id = run_id
JOIN verdict ON verdict.id = verdict_id;
COMMIT;
