-- The show at the station that a transcription belongs to. By itself (1): the service chose or made it.
CREATE TABLE links (
    transcription_id TEXT PRIMARY KEY REFERENCES transcriptions (id) ON DELETE CASCADE,
    show_id BIGINT NOT NULL,
    by_itself BIGINT NOT NULL CHECK (by_itself IN (0, 1)),
    linked_at BIGINT NOT NULL
);

CREATE INDEX links_by_show ON links (show_id);

-- How far the publishing of a transcription has come: `step` is the next one, written before it is taken. The
-- upload is that of the step. Whoever publishes holds the row until `held_until`, in milliseconds since 1970.
CREATE TABLE publications (
    transcription_id TEXT PRIMARY KEY REFERENCES transcriptions (id) ON DELETE CASCADE,
    number BIGINT NOT NULL UNIQUE,
    step TEXT NOT NULL CHECK (step IN ('show', 'recording', 'vod', 'captions', 'done')),
    upload_id BIGINT,
    upload_size BIGINT,
    segments_sent BIGINT NOT NULL DEFAULT 0,
    cablecast_vod_id BIGINT,
    error TEXT,
    holder TEXT NOT NULL,
    held_until BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    completed_at BIGINT
);

INSERT INTO counters (name, last) VALUES ('publications', 0);
