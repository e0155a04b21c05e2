//! After work of every kind and end, what the API tells, the database, Redis, the files and the station say the
//! same, and nothing is anywhere that nobody accounts for.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::person::{MP4, SUBTITLES};
use crate::stack::{Database, Stack};
use crate::station::Held;

#[tokio::test]
async fn all_tell_the_same_on_sqlite() {
    all_tell_the_same(Database::Sqlite).await;
}

#[tokio::test]
async fn all_tell_the_same_on_postgresql() {
    all_tell_the_same(Database::Postgresql).await;
}

async fn all_tell_the_same(database: Database) {
    let Some(stack) = Stack::open(database).await else { return };
    if !work(&stack).await {
        return;
    }
    vods(&stack).await;
    jobs(&stack).await;
    transcriptions(&stack).await;
    publications(&stack).await;
    queue(&stack).await;
    files(&stack).await;
    stack.close();
}

/// Recordings that are completed, that are published, that fail, that are taken off the queue, and that are deleted.
async fn work(stack: &Stack) -> bool {
    let admin = &stack.admin;
    for name in ["kept", "published", "deleted", "batch"] {
        stack.write(&format!("council/{name}.srt"), SUBTITLES);
    }
    for name in ["kept", "published", "deleted", "batch", "silent", "removed"] {
        stack.write(&format!("council/{name}.mp4"), MP4);
    }
    let archive = async |name: &str| admin.create(name, &format!("council/{name}.mp4")).await;
    let (kept, published) = (archive("kept").await, archive("published").await);
    let (silent, removed, deleted) =
        (archive("silent").await, archive("removed").await, archive("deleted").await);
    let off = admin.transcribe(&removed).await;
    admin.post(&format!("/api/queue/remove/{off}")).await.expect(200);
    let Some(_worker) = stack.worker(&[]) else { return false };
    let batch = json!({"paths": ["council/batch.mp4", "nowhere.mp4"]});
    let batch = admin.post_json("/api/transcribe/batch", batch).await.expect(202);
    let mut ends = vec![(batch["queued"][0]["job_id"].as_str().unwrap().to_owned(), "completed")];
    for (vod, end) in
        [(&kept, "completed"), (&published, "completed"), (&silent, "failed"), (&deleted, "completed")]
    {
        ends.push((admin.transcribe(vod).await, end));
    }
    for (job, end) in &ends {
        admin.job_becomes(job, end).await;
    }
    admin.post(&format!("/api/transcriptions/{}/summary", ends[1].0)).await.expect(200);
    admin.publish(&ends[2].0).await;
    admin.delete(&format!("/api/vod/{deleted}")).await.expect(204);
    true
}

/// These members of each, in order.
fn members(items: &[Value], names: &[&str]) -> BTreeSet<String> {
    let line = |item: &Value| names.iter().map(|name| item[name].clone()).collect::<Vec<_>>();
    items.iter().map(|item| Value::from(line(item)).to_string()).collect()
}

fn lines(rows: Vec<Vec<Value>>) -> BTreeSet<String> {
    rows.into_iter().map(|row| Value::from(row).to_string()).collect()
}

async fn vods(stack: &Stack) {
    let told = stack.admin.all("/api/vod/list", "vods").await;
    let columns = [
        "id",
        "title",
        "file_path",
        "status",
        "duration",
        "file_size",
        "transcription_id",
        "cablecast_vod_id",
    ];
    let query = "SELECT id, title, file_path, status, duration, file_size, transcription_id, cablecast_vod_id FROM vods";
    assert_eq!(members(&told, &columns), lines(stack.rows(query).await));
    let mut ends: Vec<_> = told.iter().map(|vod| [&vod["title"], &vod["status"]]).collect();
    ends.sort_by_key(|end| end[0].to_string());
    assert_eq!(told.len(), 5, "{ends:?}");
}

async fn jobs(stack: &Stack) {
    let told = stack.admin.get("/api/queue").await.expect(200);
    let jobs = told["jobs"].as_array().unwrap();
    let columns = ["id", "vod_id", "status", "progress", "status_message", "error"];
    let query = "SELECT id, vod_id, status, progress, status_message, error FROM jobs";
    assert_eq!(members(jobs, &columns), lines(stack.rows(query).await));
    let expected =
        json!({"queued": 0, "processing": 0, "paused": 0, "completed": 3, "failed": 1, "cancelled": 1});
    assert_eq!(told["counts"], expected);
    let orphans = stack.rows("SELECT id FROM jobs WHERE vod_id NOT IN (SELECT id FROM vods)").await;
    assert!(orphans.is_empty(), "{orphans:?}");
}

async fn transcriptions(stack: &Stack) {
    let told = stack.admin.all("/api/transcriptions", "transcriptions").await;
    let query =
        "SELECT t.id, j.vod_id, t.segments, t.duration FROM transcriptions t JOIN jobs j ON j.id = t.id";
    let known = members(&told, &["id", "vod_id", "segments", "duration"]);
    assert_eq!(known, lines(stack.rows(query).await));
    let completed = "SELECT id FROM jobs WHERE status = 'completed'";
    let ids = lines(stack.rows("SELECT id FROM transcriptions").await);
    assert_eq!(
        ids,
        lines(stack.rows(completed).await),
        "each completed job has its transcription, and no other"
    );
    let of_vods = "SELECT transcription_id FROM vods WHERE transcription_id IS NOT NULL";
    assert_eq!(ids, lines(stack.rows(of_vods).await));
}

async fn publications(stack: &Stack) {
    let told = stack.admin.all("/api/vod/sync-status", "publications").await;
    let query = "SELECT p.transcription_id, l.show_id, p.cablecast_vod_id, p.step FROM publications p \
                 JOIN links l ON l.transcription_id = p.transcription_id";
    let columns = ["transcription_id", "show_id", "cablecast_vod_id", "step"];
    assert_eq!(members(&told, &columns), lines(stack.rows(query).await));
    assert_eq!(told.len(), 1);
    assert_eq!(stack.station.held(&told[0]).await, Held::ONCE);
    let of_vods = "SELECT transcription_id, cablecast_vod_id FROM vods WHERE cablecast_vod_id IS NOT NULL";
    assert_eq!(members(&told, &["transcription_id", "cablecast_vod_id"]), lines(stack.rows(of_vods).await));
}

async fn queue(stack: &Stack) {
    while stack.messages().await > 0 {}
    let jobs = stack.rows("SELECT id, status FROM jobs").await;
    let mut known = BTreeSet::new();
    for job in &jobs {
        let id = job[0].as_str().unwrap();
        let stored = stack.result(id).await["status"].clone();
        let expected = match job[1].as_str().unwrap() {
            "completed" => "SUCCESS",
            "failed" => "FAILURE",
            "cancelled" => "REVOKED",
            other => panic!("{id} is {other}"),
        };
        assert_eq!(stored, expected, "{id}");
        known.insert(id.to_owned());
    }
    assert_eq!(stack.results().await, known, "no result is left of a job that nobody knows");
}

async fn files(stack: &Stack) {
    let mut expected: BTreeSet<String> = BTreeSet::new();
    let vods = stack.admin.all("/api/vod/list", "vods").await;
    for vod in &vods {
        let path = vod["file_path"].as_str().unwrap();
        let stem = path.strip_suffix(".mp4").unwrap();
        expected.insert(path.to_owned());
        let Some(transcription) = vod["transcription_id"].as_str() else { continue };
        expected.extend(["srt", "summary.json"].map(|ending| format!("{stem}.{ending}")));
        for (served, ending) in [("captions.scc", "scc"), ("captions.vtt", "captions.vtt")] {
            let file = format!("{stem}.{ending}");
            let told = stack.admin.get(&format!("/api/transcriptions/{transcription}/{served}")).await;
            assert_eq!(told.text(), std::fs::read_to_string(stack.media().join(&file)).unwrap(), "{file}");
            expected.insert(file);
        }
    }
    // Recordings are never deleted, nor is what lies beside them.
    expected.extend(
        ["mp4", "srt", "scc", "captions.vtt", "summary.json"]
            .map(|ending| format!("council/deleted.{ending}")),
    );
    assert_eq!(stack.files(), expected);
}
