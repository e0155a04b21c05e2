-- How each job stood when it was last heard of; the queue knows it first. A number counts in order of creation.
-- What came before these columns is read anew from the queue's results.
ALTER TABLE jobs ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN status TEXT NOT NULL DEFAULT 'queued'
    CHECK (status IN ('queued', 'processing', 'paused', 'completed', 'failed', 'cancelled'));
ALTER TABLE jobs ADD COLUMN progress BIGINT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN status_message TEXT;
ALTER TABLE jobs ADD COLUMN error TEXT;
ALTER TABLE jobs ADD COLUMN started_at BIGINT;
ALTER TABLE jobs ADD COLUMN ended_at BIGINT;

CREATE INDEX jobs_by_status ON jobs (status);

-- What came of a job that was completed. The captions are files beside the recording.
CREATE TABLE transcriptions (
    id TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    number BIGINT NOT NULL UNIQUE,
    segments BIGINT,
    duration DOUBLE PRECISION,
    summary TEXT,
    created_at BIGINT NOT NULL
);

INSERT INTO counters (name, last) VALUES ('jobs', 0), ('transcriptions', 0);
