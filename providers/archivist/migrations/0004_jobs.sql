-- A transcription that was asked for. Its id is that of the task on the queue; how it stands, the queue's results
-- tell.
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    vod_id BIGINT NOT NULL REFERENCES vods (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);

CREATE INDEX jobs_by_vod ON jobs (vod_id);
