"""What a Celery client does, timed by itself: a line with an order in, a line of seconds out."""

import sys
from time import perf_counter

from tasks import app, noop


def publish(count):
    begin = perf_counter()
    for _ in range(count):
        noop.apply_async(queue="nobody")
    return [perf_counter() - begin]


def work(count):
    begin = perf_counter()
    results = [noop.delay() for _ in range(count)]
    for result in results:
        result.get(timeout=60)
    return [perf_counter() - begin]


def round_trips(count):
    times = []
    for _ in range(count):
        begin = perf_counter()
        noop.delay().get(timeout=60, interval=0.0001)
        times.append(perf_counter() - begin)
    return times


app.set_current()
print("ready", flush=True)
for line in sys.stdin:
    order, count = line.split()
    seconds = {"publish": publish, "work": work, "round_trips": round_trips}[order](int(count))
    print(" ".join(map(str, seconds)), flush=True)
