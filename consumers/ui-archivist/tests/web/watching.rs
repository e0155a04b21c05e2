//! The queue and the accounts in a browser, with somebody else at work at the same time.

use private_browser::with;
use ui_archivist::{Recording, Transcribe};

use crate::station::{Station, archived};
use crate::using::{PICTURES, shows, sign_in};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_is_put_in_order_while_a_colleague_works_on_it() {
    let Some(station) = Station::open() else { return };
    let colleague = station.colleague().await;
    let mut jobs = Vec::new();
    for (title, path) in [("First", "council/a.mp4"), ("Second", "council/b.mp4")] {
        let vod = archived(&colleague, title, path).await;
        let wish = Transcribe { recording: Recording::VodId(vod), position: None };
        jobs.push(colleague.transcribe(&wish).await.unwrap().job_id);
    }
    let base = station.base.clone();
    let [first, second] = jobs.try_into().unwrap();
    with(PICTURES, |browser| async move {
        sign_in(&browser, &base).await;
        browser.follow("Queue").await;
        shows(&browser, "First").await;
        browser.submit(&format!("#up-{second}")).await;
        shows(&browser, "The job has its new place.").await;
        let row = |job| format!("[data-job='{job}']");
        assert!(browser.text(&row(second)).await.contains("next"));
        browser.submit(&format!("#pause-{second}")).await;
        assert!(browser.text(&row(second)).await.contains("paused"));
        browser.submit(&format!("#resume-{second}")).await;
        shows(&browser, "The job waits again.").await;
        browser.until("return document.documentElement.dataset.live === 'on'").await;
        // A colleague pauses a job, whose button has the focus here: what can be done now takes its place.
        browser.evaluate(&format!("document.getElementById('pause-{first}').focus()")).await;
        colleague.pause_job(first).await.unwrap();
        browser.until(&format!("return document.getElementById('resume-{first}') !== null")).await;
        browser.until("return document.getElementById('said').textContent === 'First: paused.'").await;
        browser.until(&format!("return document.activeElement.id === 'job-{first}'")).await;
        browser.picture("ui-queue").await;
        browser.submit(&format!("#remove-{first}")).await;
        shows(&browser, "The job is taken off the queue.").await;
        assert!(browser.text(&row(first)).await.contains("cancelled"));
        // Several at once, of which one is not there.
        browser.follow("Transcribe several").await;
        browser.type_in("#paths", "council/b.mp4\nno/such.mp4").await;
        browser.submit("#transcribe").await;
        assert_eq!(browser.text("h1").await, "1 queued, 1 not");
    })
    .await;
    station.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_opens_an_account_changes_it_and_closes_it() {
    let Some(station) = Station::open() else { return };
    let base = station.base.clone();
    with(PICTURES, |browser| async move {
        sign_in(&browser, &base).await;
        browser.follow("Admin").await;
        browser.follow("Accounts").await;
        browser.follow("Open an account").await;
        browser.type_in("#username", "operator").await;
        browser.type_in("#password", "short").await;
        browser.submit("#save").await;
        assert!(!browser.text("#password-wrong").await.is_empty());
        browser.type_in("#password", "correct-horse-battery").await;
        browser.submit("#save").await;
        shows(&browser, "The account is open.").await;
        browser.follow("operator").await;
        browser.click("#role option[value=admin]").await;
        browser.submit("#save").await;
        shows(&browser, "The account is changed.").await;
        browser.follow("operator").await;
        browser.follow("Close it").await;
        browser.submit("button.danger").await;
        shows(&browser, "1 account").await;
        browser.follow("Administration").await;
        browser.follow("Who did what").await;
        shows(&browser, "operator").await;
        browser.picture("ui-audit").await;
        browser.follow("Administration").await;
        browser.follow("Tidy the queue up").await;
        browser.submit("#clean-up").await;
        shows(&browser, "0 jobs went off the list").await;
    })
    .await;
    station.close();
}
