//! Uploads that do not get to their end, and limits: nothing is left of them.

use std::fs::{create_dir, write};
use std::time::Duration;

use ::archivist::{Files, MediaPath, UploadLimits};
use proptest::prelude::*;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::archivist::TestArchivist;
use crate::upload::{Form, MP4, content_type, left};

/// The beginning of an upload, of which more is said to come.
async fn begin(archivist: &TestArchivist, token: &str) -> TcpStream {
    let mut stream = TcpStream::connect(archivist.address).await.unwrap();
    let head = format!(
        "POST /api/upload HTTP/1.1\r\nHost: archivist\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: {}\r\nContent-Length: 50000000\r\n\r\n",
        content_type()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let form = Form::new().file("a.mp4", &[MP4, &vec![0; 4_000_000]].concat()).bytes();
    stream.write_all(&form[..3_000_000]).await.unwrap();
    stream
}

#[tokio::test]
async fn an_upload_that_is_cut_leaves_nothing() {
    let mut archivist = TestArchivist::on_sqlite().await;
    let token = archivist.user().await;
    drop(begin(&archivist, &token).await);
    // Its end is that of the last request under way.
    archivist.restart(async || ()).await;
    assert!(left(&archivist).is_empty());
    archivist.stop().await;
}

#[tokio::test]
async fn a_slow_upload_is_given_up() {
    let archivist =
        TestArchivist::on_sqlite_with(|settings| settings.uploads.patience = Duration::from_millis(1)).await;
    let token = archivist.user().await;
    let mut stream = begin(&archivist, &token).await;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&answer));
    assert!(left(&archivist).is_empty());
    archivist.stop().await;
}

#[tokio::test]
async fn a_file_may_be_as_large_as_the_limit() {
    let limit = MP4.len() as u64;
    let archivist = TestArchivist::on_sqlite_with(|settings| settings.uploads.bytes = limit).await;
    let token = archivist.user().await;
    Form::new().file("a.mp4", MP4).send(&archivist, &token).await.expect(201);
    for more in [1, 3_000_000] {
        let content = [MP4, &vec![0; more]].concat();
        let reply = Form::new().file("b.mp4", &content).send(&archivist, &token).await;
        let error = reply.expect_error(413, "PayloadTooLargeError");
        assert_eq!(error["details"]["limit_bytes"], limit);
    }
    assert_eq!(left(&archivist), ["a.mp4"]);
    archivist.stop().await;
}

#[tokio::test]
async fn a_disk_that_would_be_full_is_told() {
    let archivist = TestArchivist::on_sqlite_with(|settings| settings.uploads.reserve = u64::MAX).await;
    let token = archivist.user().await;
    Form::new().file("a.mp4", MP4).send(&archivist, &token).await.expect_error(507, "StorageError");
    assert!(left(&archivist).is_empty());
    archivist.stop().await;
}

#[tokio::test]
async fn what_a_killed_service_left_is_swept_and_what_goes_on_is_not() {
    let root = TempDir::new().unwrap();
    let files = Files::new(root.path().to_owned(), UploadLimits { reserve: 0, ..UploadLimits::default() });
    assert_eq!(files.sweep().await.unwrap(), 0);
    let going_on = files.begin(0).await.unwrap();
    // Whoever is killed holds no lock any more.
    write(root.path().join(".uploads/left"), "half").unwrap();
    assert_eq!(files.sweep().await.unwrap(), 1);
    let written = files.add(going_on, MP4.to_vec()).await.unwrap();
    let path = MediaPath::parse("a.mp4").unwrap();
    files.publish(written, &path, false).await.unwrap();
    assert_eq!(std::fs::read(root.path().join("a.mp4")).unwrap(), MP4);
}

proptest! {
    /// Whatever is taken for a path, the folder it names is below the root.
    #[test]
    fn no_path_leads_out(path in r"[./\\a-c\x00é]{0,12}") {
        let folder = TempDir::new().unwrap();
        let root = folder.path().join("media");
        create_dir(&root).unwrap();
        write(folder.path().join("a"), "outside").unwrap();
        if let Ok(path) = MediaPath::parse(&path) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let limits = UploadLimits { reserve: 0, ..UploadLimits::default() };
            runtime.block_on(async {
                let files = Files::new(root.clone(), limits);
                let staged = files.begin(0).await.unwrap();
                let _ = files.publish(staged, &path, true).await;
            });
            prop_assert!(root.join(path.as_str()).exists());
        }
        let beside: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
        prop_assert_eq!(beside.len(), 2);
        prop_assert_eq!(std::fs::read(folder.path().join("a")).unwrap(), b"outside");
    }
}
