//! Every page for whoever sees little, hears it read, has a keyboard only, or a phone.

use private_browser::{keys, with};

use crate::station::{Station, archived};
use crate::using::{PICTURES, shows, sign_in};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_light_and_dark_fits_a_phone_and_can_be_read_aloud() {
    let Some(station) = Station::open() else { return };
    let colleague = station.colleague().await;
    let vod =
        archived(&colleague, "Harbor Council, the regular session of the twelfth of May", "council/a.mp4")
            .await;
    archived(&colleague, &"Averylongtitlewithoutanybreak".repeat(6), "council/b.mp4").await;
    let wish = ui_archivist::Transcribe { recording: ui_archivist::Recording::VodId(vod), position: None };
    for _ in 0..2 {
        colleague.transcribe(&wish).await.unwrap();
    }
    let base = station.base.clone();
    with(PICTURES, |browser| async move {
        browser.open(&format!("{base}/sign-in")).await;
        browser.prefer("light").await;
        assert_eq!(browser.untold().await, [""; 0], "sign-in");
        sign_in(&browser, &base).await;
        let recording = format!("/vods/{vod}");
        let (edit, delete) = (format!("{recording}/edit"), format!("{recording}/delete"));
        let pages = [
            ("recordings", "/vods"),
            ("new", "/vods/new"),
            ("recording-waiting", &recording),
            ("edit", &edit),
            ("delete", &delete),
            ("transcriptions", "/transcriptions"),
            ("queue", "/queue"),
            ("batch", "/queue/batch"),
            ("admin", "/admin"),
            ("accounts", "/admin/users"),
            ("account", "/admin/users/1"),
            ("new-account", "/admin/users/new"),
            ("audit", "/admin/audit"),
            ("cleanup", "/admin/cleanup"),
            ("health", "/health"),
            ("missing", "/vods/999999"),
        ];
        let background = "return getComputedStyle(document.body).backgroundColor";
        for (name, at) in pages {
            browser.open(&format!("{base}{at}")).await;
            browser.resize(1200, 900, false).await;
            browser.prefer("dark").await;
            let dark = browser.evaluate(background).await;
            browser.picture(&format!("ui-{name}-dark")).await;
            browser.prefer("light").await;
            assert_ne!(browser.evaluate(background).await, dark, "{name}");
            assert_eq!(browser.untold().await, [""; 0], "{name}");
            browser.resize(360, 780, true).await;
            assert_eq!(browser.overhang().await, 0, "{name} is wider than a phone");
            assert_eq!(browser.small_targets().await, [""; 0], "{name}");
            browser.picture(&format!("ui-{name}-phone")).await;
            for scheme in ["light", "dark"] {
                browser.prefer(scheme).await;
                assert_eq!(browser.pale_texts().await, [""; 0], "{name}, {scheme}");
            }
        }
    })
    .await;
    station.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_keyboard_does_all_of_it() {
    let Some(station) = Station::open() else { return };
    let colleague = station.colleague().await;
    let vod = archived(&colleague, "Harbor Council", "council/a.mp4").await;
    let wish = ui_archivist::Transcribe { recording: ui_archivist::Recording::VodId(vod), position: None };
    colleague.transcribe(&wish).await.unwrap();
    let base = station.base.clone();
    with(PICTURES, |browser| async move {
        sign_in(&browser, &base).await;
        browser.open(&format!("{base}/queue")).await;
        browser.press(keys::TAB).await;
        assert_eq!(browser.evaluate("return document.activeElement.className").await, "skip");
        let seen = "const at = document.activeElement.getBoundingClientRect();
            return at.left >= 0 && getComputedStyle(document.activeElement).outlineStyle !== 'none'";
        assert_eq!(browser.evaluate(seen).await, true);
        browser.press(keys::ENTER).await;
        assert_eq!(browser.evaluate("return document.activeElement.id").await, "main");
        // On to the button, as far as it is; whatever has the focus on the way is seen to have it.
        for _ in 0..20 {
            browser.press(keys::TAB).await;
            assert_eq!(browser.evaluate(seen).await, true);
            if browser.evaluate("return document.activeElement.id.startsWith('pause-')").await == true {
                break;
            }
        }
        browser.press_and_arrive(keys::ENTER).await;
        shows(&browser, "The job is paused.").await;
        shows(&browser, "paused").await;
    })
    .await;
    station.close();
}
