"""The transcription task on a real Celery worker, held to the same pacts as the worker in Rust.

    celery -A tasks --workdir providers/transcription-worker/celery worker -Q caption_priority,celery

REDIS_URL names broker and result backend, MEDIA_ROOT the folder of the recordings. The transcriber reads
subtitles beside the recording; captions are written by pycaption.
"""

import json
import os
import pathlib
import tempfile

from celery import Celery, Task
from pycaption import SCCWriter, SRTReader, WebVTTReader, WebVTTWriter

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
MEDIA_ROOT = pathlib.Path(os.environ.get("MEDIA_ROOT", ".")).resolve()

app = Celery("tasks", broker=REDIS_URL, backend=REDIS_URL)
app.conf.update(
    task_default_queue="celery",
    task_ignore_result=False,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
)


class TranscriptionError(Exception):
    """The recording cannot be transcribed."""


def recording_at(path: str) -> pathlib.Path:
    """The recording, which has to stand below the media root."""
    recording = pathlib.Path(path).resolve()
    if MEDIA_ROOT not in recording.parents or not recording.is_file():
        raise FileNotFoundError(f"Video file not found: {path}")
    return recording


def subtitles_of(recording: pathlib.Path):
    """The captions that stand beside the recording."""
    for suffix, reader in ((".srt", SRTReader()), (".vtt", WebVTTReader())):
        sidecar = recording.with_suffix(suffix)
        if sidecar.is_file():
            return reader.read(sidecar.read_text(encoding="utf-8"))
    raise TranscriptionError(f"Transcription failed for {recording}: no subtitles beside it")


def write(path: pathlib.Path, text: str) -> None:
    """Whole or not at all: a reader never sees half a file."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as half:
        half.write(text)
    os.replace(half.name, path)


def report(task: Task, percent: int, message: str, path: str) -> None:
    meta = {"status": "processing", "progress": percent, "status_message": message, "video_path": path}
    task.update_state(state="PROGRESS", meta=meta)


@app.task(name="transcription.run_whisper", bind=True)
def run_whisper(self: Task, video_path: str) -> dict:
    report(self, 0, "Initializing transcription...", video_path)
    recording = recording_at(video_path)
    report(self, 10, "Loading subtitles...", video_path)
    captions = subtitles_of(recording)
    report(self, 90, "Finalizing transcription...", video_path)
    cues = captions.get_captions(captions.get_languages()[0])
    write(recording.with_suffix(".captions.vtt"), WebVTTWriter().write(captions))
    summary = [{"speaker": None, "start": cue.start / 1e6, "text": cue.get_text()} for cue in cues[:5]]
    write(recording.with_suffix(".summary.json"), json.dumps(summary))
    output = recording.with_suffix(".scc")
    write(output, SCCWriter().write(captions))
    return {
        "output_path": str(output),
        "status": "completed",
        "segments": len(cues),
        "duration": max((cue.end for cue in cues), default=0) / 1e6,
        "video_path": video_path,
        "task_id": self.request.id,
        "progress": 100,
        "status_message": "Transcription completed successfully",
    }


@app.task(name="bench.noop")
def noop() -> None:
    """What a benchmark measures the queue with."""
