-- A completed job is what its transcription hangs on, so clearing the list away only takes it off the list.
ALTER TABLE jobs ADD COLUMN listed BIGINT NOT NULL DEFAULT 1;
