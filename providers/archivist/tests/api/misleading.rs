//! What no worker should tell: nobody is harmed by it, and nothing is believed that cannot be.

use serde_json::{Value, json};

use crate::scene::{Scene, document, failure, queue_scenarios, success};

queue_scenarios![what_no_worker_would_tell_harms_nobody, what_is_too_much_is_cut];

async fn vod_id(scene: &Scene, job: &str) -> Value {
    scene.vod_of(job).await["id"].clone()
}

async fn what_no_worker_would_tell_harms_nobody(scene: &mut Scene) {
    scene.listens().await;
    let [job, last] = scene.jobs(["b.mp4", "c.mp4"]).await;
    let marker = vod_id(scene, &last).await;
    let channel = format!("celery-task-meta-{job}");
    for told in ["", "nonsense", "[]", "null", &document(&last, "SUCCESS", &success()), "{\"status\":7}"] {
        let _: i64 = scene.command(&["PUBLISH", &channel, told]).await;
    }
    let foreign = "11111111-2222-4333-8444-555555555555";
    scene.tell(foreign, "SUCCESS", success()).await;
    scene.tell("no-uuid", "SUCCESS", success()).await;
    let _: i64 = scene.command(&["PUBLISH", "celery-task-meta-", "x"]).await;
    // Of another type: there is nothing to be read.
    let _: i64 = scene.command(&["LPUSH", &channel, "x"]).await;
    scene.tell(&last, "PROGRESS", json!({"progress": -7, "status_message": 7})).await;
    scene.vod_becomes(&marker, "processing").await;
    assert_eq!(scene.status(&job).await["status"], "queued");
    let last = scene.status(&last).await;
    assert_eq!((&last["progress"], &last["status_message"]), (&json!(0), &json!(null)));
    scene.get(&format!("/api/transcriptions/{foreign}")).send().await.expect(404);
}

async fn what_is_too_much_is_cut(scene: &mut Scene) {
    scene.listens().await;
    let jobs = scene.jobs(["b.mp4", "c.mp4", "d.mp4"]).await;
    let long = |bytes| format!("\u{e9}\0{}", "x".repeat(bytes));
    scene.tell(&jobs[0], "PROGRESS", json!({"progress": 1e300, "status_message": long(100_000)})).await;
    let running = scene.status(&jobs[0]).await;
    assert_eq!((&running["status"], &running["progress"]), (&json!("processing"), &json!(100)));
    let message = running["status_message"].as_str().unwrap();
    assert!(message.len() <= 4000 && message.contains('\u{e9}') && !message.contains('\0'));
    scene.tell(&jobs[0], "FAILURE", failure(&long(10_000_000))).await;
    let vod = vod_id(scene, &jobs[0]).await;
    scene.vod_becomes(&vod, "failed").await;
    assert!(scene.status(&jobs[0]).await["error"].as_str().unwrap().len() <= 4000);

    let told = json!({
        "output_path": "/etc/passwd", "segments": -4, "duration": -1.5, "progress": "x", "traceback": long(100_000),
    });
    scene.tell(&jobs[1], "SUCCESS", told).await;
    let vod = vod_id(scene, &jobs[1]).await;
    scene.vod_becomes(&vod, "completed").await;
    let transcription = scene.get(&format!("/api/transcriptions/{}", jobs[1])).send().await.expect(200);
    assert_eq!((&transcription["segments"], &transcription["duration"]), (&json!(null), &json!(null)));
    let told = json!({"segments": u64::MAX, "duration": "long"});
    scene.tell(&jobs[2], "SUCCESS", told).await;
    assert_eq!(scene.status(&jobs[2]).await["status"], "completed");
    let transcription = scene.get(&format!("/api/transcriptions/{}", jobs[2])).send().await.expect(200);
    assert_eq!(transcription["segments"], json!(null));
}
