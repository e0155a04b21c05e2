-- Ids are counted here and not by the database's own means: those are spelled differently in SQLite and
-- PostgreSQL, and a row that is locked until its transaction ends makes ids appear in order of creation.
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);

INSERT INTO counters (name, last) VALUES ('users', 0), ('vods', 0), ('audit', 0);
