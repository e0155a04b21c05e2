-- What happened, in order, and who did it.
CREATE TABLE log (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    event TEXT NOT NULL
);

-- Pacts, results, documents and logs of calls, each once, under the SHA-256 of the text.
CREATE TABLE texts (
    name TEXT PRIMARY KEY,
    body TEXT NOT NULL
);
