// Keeps what a page shows of jobs true while somebody looks at it. Without this script, a reload does the same.
"use strict";

// The parts of a page that are asked for anew when a job begins or ends.
const RENEWED = "[data-live=all], [data-live=vod]";
const places = document.querySelectorAll("[data-live]");
const said = document.getElementById("said");
// After the first failure; then twice as long each time.
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60000;
let pause = FIRST_PAUSE;
let fresh = null;
let again = false;
let listening = false;
let missed = false;
// What was last told of each job; a row may know more already.
const told = new Map();

function say(text) {
  const line = document.createElement("p");
  line.className = "notice";
  line.textContent = text;
  said.replaceChildren(line);
}

/** Asks for this page again and puts its new parts in the place of the old ones; the focus stays where it was. */
async function renew() {
  if (fresh) { again = true; return; }
  again = false;
  fresh = fetch(location.href, { headers: { Accept: "text/html" }, redirect: "error" });
  try {
    const answer = await fresh;
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const focused = document.activeElement?.id;
    const row = document.activeElement?.closest("[data-job]")?.dataset.job;
    for (const place of document.querySelectorAll(RENEWED)) {
      const other = page.getElementById(place.id);
      if (other) place.replaceChildren(...other.childNodes);
    }
    if (document.activeElement === document.body) {
      (document.getElementById(focused) ?? document.getElementById(`job-${row}`))?.focus();
    }
  } catch {
    // The page stays as it is; what comes next tries again.
  } finally {
    fresh = null;
    if (again) renew();
  }
}

function show(job) {
  const last = told.get(job.id);
  told.set(job.id, job.status);
  const rows = document.querySelectorAll(`[data-job="${job.id}"]`);
  if (rows.length === 0) {
    const all = document.querySelector("[data-live='all']");
    const mine = document.querySelector(`[data-live='vod'][data-vod="${job.vod}"]`);
    // What has ended before is on another page, or was removed.
    if (mine || (all && !["completed", "failed", "cancelled"].includes(job.status))) renew();
    return;
  }
  for (const row of rows) {
    const bar = row.querySelector("progress");
    if (bar) bar.value = job.progress;
    const percent = row.querySelector("[data-part=percent]");
    if (percent) percent.textContent = `${job.progress} %`;
    const message = row.querySelector("[data-part=message]");
    if (message) message.textContent = job.message ?? "";
    if ((last ?? row.dataset.status) === job.status) continue;
    row.dataset.status = job.status;
    say(`${row.dataset.title}: ${job.status}.`);
    renew();
  }
}

function busy(metrics) {
  for (const name of ["cpu", "memory", "disk"]) {
    const place = document.querySelector(`[data-busy=${name}]`);
    const value = metrics?.[name];
    if (place) place.textContent = value == null ? "unknown" : `${Math.round(value)} %`;
  }
}

function heard(yes) {
  document.documentElement.dataset.live = yes ? "on" : "off";
  if (listening && !yes) say("The Archivist is not heard: what is shown may be old.");
  // What happened in between is not told one by one.
  if (yes && missed && document.querySelector(RENEWED)) renew();
  missed = !yes;
  listening = yes;
}

function listen() {
  const source = new EventSource("/live");
  source.addEventListener("job", (event) => show(JSON.parse(event.data)));
  source.addEventListener("metrics", (event) => busy(JSON.parse(event.data)));
  source.addEventListener("heard", (event) => { pause = FIRST_PAUSE; heard(JSON.parse(event.data)); });
  source.addEventListener("over", () => {
    source.close();
    heard(false);
    say("Your session is over: load the page again to sign in.");
  });
  source.addEventListener("error", () => {
    heard(false);
    // Anything but a broken connection ends a source for good.
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(listen, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  });
  // A page that is kept for the way back is not watched.
  addEventListener("pagehide", () => source.close(), { once: true });
}

addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
if (places.length > 0) listen();
