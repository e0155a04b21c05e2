"""Many people at the Archivist at once, for Locust. Any deployment will do:

    ARCHIVIST_USERNAME=… ARCHIVIST_PASSWORD=… locust -f locustfile.py --headless -u 20 --host http://… Archiving

`Reading` looks at what is there; `Archiving` takes recordings the whole way, from an upload to the station. Together
the people do LOAD_ROUNDS rounds, then all of it ends. Every time that was measured is written to LOAD_TIMES, in
milliseconds by name, not rounded as Locust's own figures are.
"""

import json
import os
import uuid
from collections import defaultdict

import gevent
import requests
from locust import HttpUser, constant, events, task
from locust.exception import StopUser

MP4 = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41 and then the recording"
SRT = b"1\n00:00:01,000 --> 00:00:03,000\nThe meeting is open.\n\n2\n00:00:04,000 --> 00:00:06,500\nAye.\n"
ENDED = {"completed", "failed", "cancelled"}

times = defaultdict(list)
rounds = {"left": int(os.environ.get("LOAD_ROUNDS", "100")), "people": 0}


@events.test_start.add_listener
def sign_in(environment, **_):
    """Once for all of them: so many sign-ins of one account at the same moment are taken for guessing."""
    pair = {"username": os.environ["ARCHIVIST_USERNAME"], "password": os.environ["ARCHIVIST_PASSWORD"]}
    session = requests.post(f"{environment.host}/api/auth/login", json=pair, timeout=60)
    session.raise_for_status()
    rounds["token"] = session.json()["access_token"]


@events.request.add_listener
def measured(request_type, name, response_time, exception, response=None, **_):
    if exception is None:
        times[f"{request_type} {name}"].append(response_time)
    elif response is not None:
        # Locust tells the status alone.
        print(f"{request_type} {name}: {response.status_code} {response.text[:400]}")


@events.quitting.add_listener
def ended(**_):
    if path := os.environ.get("LOAD_TIMES"):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(times, file)


class Person(HttpUser):
    """Somebody who is signed in, and goes home when nothing is left to do. The last one ends all of it."""

    abstract = True
    wait_time = constant(0)

    def on_start(self):
        rounds["people"] += 1
        self.client.headers["Authorization"] = f"Bearer {rounds['token']}"

    def on_stop(self):
        rounds["people"] -= 1
        if rounds["people"] == 0 and rounds["left"] == 0:
            # Not by this greenlet, which is among those that end.
            gevent.spawn(self.environment.runner.quit)

    def next_round(self):
        if rounds["left"] == 0:
            raise StopUser
        rounds["left"] -= 1


class Reading(Person):
    """Looks at the list, at a recording and at the queue."""

    @task
    def look(self):
        self.next_round()
        vods = self.client.get("/api/vod/list?limit=20", name="/api/vod/list").json()["vods"]
        self.client.get("/api/queue")
        if vods:
            self.client.get(f"/api/vod/{vods[0]['id']}", name="/api/vod/{id}")


class Archiving(Person):
    """A recording and its subtitles, uploaded, transcribed, read, summarised and published."""

    @task
    def archive(self):
        self.next_round()
        name = f"load-{uuid.uuid4().hex}"
        self.upload(name, "srt", SRT)
        vod = self.upload(name, "mp4", MP4, title=f"Load {name}")["vod_id"]
        job = self.client.post("/api/transcribe", json={"vod_id": vod}).json()["job_id"]
        self.watch(job)
        of_it = f"/api/transcriptions/{job}"
        for part in ("captions.scc", "captions.vtt"):
            self.client.get(f"{of_it}/{part}", name=f"/api/transcriptions/{{id}}/{part}")
        self.client.post(f"{of_it}/summary", name="/api/transcriptions/{id}/summary")
        self.publish(job)

    def upload(self, name, ending, content, **fields):
        file = {"file": (f"{name}.{ending}", content, "application/octet-stream")}
        return self.client.post("/api/upload", data={"folder": "load", **fields}, files=file).json()

    def watch(self, job):
        """Until the job has ended. It is no load to look as fast as one can."""
        while True:
            with self.client.get(f"/api/status/{job}", name="/api/status/{id}", catch_response=True) as answer:
                status = answer.json().get("status")
                if status in ENDED and status != "completed":
                    answer.failure(f"the job is {status}")
            if status in ENDED:
                return
            gevent.sleep(0.05)

    def publish(self, job):
        while True:
            answer = self.client.post(f"/api/vod/publish/{job}", name="/api/vod/publish/{id}")
            if answer.status_code != 202:
                return
