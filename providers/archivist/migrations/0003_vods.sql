-- search_text is title and description in lower case as Rust knows it: what the two databases call lower
-- case differs for every letter beyond ASCII.
CREATE TABLE vods (
    id BIGINT PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT,
    file_path TEXT NOT NULL UNIQUE,
    duration DOUBLE PRECISION,
    file_size BIGINT,
    status TEXT NOT NULL CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
    transcription_id TEXT,
    cablecast_vod_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    search_text TEXT NOT NULL
);

CREATE INDEX vods_by_status ON vods (status);
