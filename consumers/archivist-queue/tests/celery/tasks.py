"""A Celery worker's tasks, as far as the Archivist's client can tell them from the real ones."""

import os

import redis
from celery import Celery

REDIS_URL = os.environ["REDIS_URL"]

app = Celery("tasks", broker=REDIS_URL, backend=REDIS_URL)
# A worker whose Redis is gone belongs to a test that is over.
app.conf.update(broker_connection_retry=False, broker_connection_retry_on_startup=False)


@app.task(name="transcription.run_whisper", bind=True)
def run_whisper(self, video_path):
    if "boom" in video_path:
        raise ValueError(f"Transcription failed for {video_path}")
    meta = {"status": "processing", "progress": 10, "status_message": "Loading..."}
    self.update_state(state="PROGRESS", meta=meta)
    # The test lets it go on.
    redis.Redis.from_url(REDIS_URL).blpop("gate")
    return {"output_path": video_path.replace(".mp4", ".scc"), "segments": 4, "duration": 12.5}
