//! Uploads: what is taken, where it goes, and what is refused.

use std::fs::{create_dir, read, read_dir, write};
use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use crate::archivist::TestArchivist;
use crate::client::Reply;
use crate::scenarios;

scenarios![
    a_file_is_in_its_folder,
    with_a_title_it_is_a_vod,
    a_vod_there_is_already_keeps_the_file_out,
    captions_are_no_vod,
    a_name_is_taken_once,
    of_many_at_once_one_gets_there,
    other_types_are_named_and_not_taken,
    hostile_names_write_nothing,
    links_that_lead_out_are_not_followed,
    broken_forms_leave_nothing,
    every_wrong_field_is_named,
];

pub const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41 and then the recording";
const BOUNDARY: &str = "a-boundary-of-the-tests";

/// A form as browsers send it.
#[derive(Clone, Default)]
pub struct Form(Vec<u8>);

impl Form {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn field(mut self, name: &str, value: &str) -> Self {
        let part =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        self.0.extend_from_slice(part.as_bytes());
        self
    }

    pub fn file(mut self, name: &str, content: &[u8]) -> Self {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        self.0.extend_from_slice(head.as_bytes());
        self.0.extend_from_slice(content);
        self.0.extend_from_slice(b"\r\n");
        self
    }

    pub fn bytes(mut self) -> Vec<u8> {
        self.0.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.0
    }

    pub async fn send(self, archivist: &TestArchivist, token: &str) -> Reply {
        send(archivist, token, self.bytes()).await
    }
}

pub fn content_type() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

async fn send(archivist: &TestArchivist, token: &str, body: Vec<u8>) -> Reply {
    archivist.post("/api/upload").bearer(token).raw(&content_type(), body).send().await
}

/// What is in the root, and that nothing is left aside.
pub fn left(archivist: &TestArchivist) -> Vec<String> {
    let names = |path: &str| -> Vec<String> {
        let Ok(entries) = read_dir(archivist.media_root().join(path)) else { return Vec::new() };
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(names(".uploads"), Vec::<String>::new(), "nothing is left aside");
    let mut names = names("");
    names.retain(|name| name != ".uploads");
    names.sort();
    names
}

async fn a_file_is_in_its_folder(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let form = Form::new().file("May 12 é.mp4", MP4).field("folder", "council/2026");
    let reply = form.send(archivist, &token).await;
    let uploaded = reply.expect(201);
    assert_eq!(uploaded["path"], "council/2026/May 12 é.mp4");
    assert_eq!((&uploaded["size"], &uploaded["vod_id"]), (&json!(MP4.len()), &Value::Null));
    assert_eq!(read(archivist.media_root().join("council/2026/May 12 é.mp4")).unwrap(), MP4);
    assert_eq!(left(archivist), ["council"]);
    let listed = archivist.get(reply.header("location").unwrap()).bearer(&token).send().await.expect(200);
    assert_eq!(listed["entries"][0]["path"], uploaded["path"]);
}

async fn with_a_title_it_is_a_vod(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let reply = Form::new().field("title", "Harbor").file("a.mp4", MP4).send(archivist, &token).await;
    let uploaded = reply.expect(201);
    assert_eq!(reply.header("location").unwrap(), format!("/api/vod/{}", uploaded["vod_id"]));
    let vod = archivist.get(reply.header("location").unwrap()).bearer(&token).send().await.expect(200);
    assert_eq!((&vod["title"], &vod["file_path"]), (&json!("Harbor"), &json!("a.mp4")));
    assert_eq!((&vod["file_size"], &vod["status"]), (&json!(MP4.len()), &json!("pending")));
}

async fn a_vod_there_is_already_keeps_the_file_out(archivist: &TestArchivist) {
    let token = archivist.user().await;
    archivist.archive(&token, "Before", "a.mp4").await;
    let form = Form::new().field("title", "After").file("a.mp4", MP4);
    form.send(archivist, &token).await.expect_error(409, "ConflictError");
    assert!(left(archivist).is_empty());
    // The other way round no VOD is made either.
    write(archivist.media_root().join("b.mp4"), "").unwrap();
    let form = Form::new().field("title", "After").file("b.mp4", MP4);
    form.send(archivist, &token).await.expect_error(409, "ConflictError");
    let vods = archivist.get("/api/vod/list").bearer(&token).send().await.expect(200);
    assert_eq!(vods["total"], 1);
}

async fn captions_are_no_vod(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let captions = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n";
    let form = Form::new().file("a.vtt", captions);
    assert_eq!(form.clone().send(archivist, &token).await.expect(201)["media"], false);
    let fields = form.field("title", "x").send(archivist, &token).await.expect_fields();
    assert!(fields["title"].is_array(), "{fields}");
}

async fn a_name_is_taken_once(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let root = archivist.media_root();
    write(root.join("a.mp4"), "before").unwrap();
    create_dir(root.join("folder.mp4")).unwrap();
    Form::new().file("a.mp4", MP4).send(archivist, &token).await.expect_error(409, "ConflictError");
    assert_eq!(read(root.join("a.mp4")).unwrap(), b"before");
    let replacing = |name| Form::new().field("replace", "true").file(name, MP4);
    replacing("a.mp4").send(archivist, &token).await.expect(201);
    assert_eq!(read(root.join("a.mp4")).unwrap(), MP4);
    replacing("folder.mp4").send(archivist, &token).await.expect_error(409, "ConflictError");
    assert_eq!(left(archivist), ["a.mp4", "folder.mp4"]);
}

async fn of_many_at_once_one_gets_there(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let contents: Vec<Vec<u8>> = (0..8u8).map(|number| [MP4, &vec![number; 100_000]].concat()).collect();
    let forms = contents.iter().map(|content| {
        Form::new().file("same.mp4", content).field("folder", "new/folder").send(archivist, &token)
    });
    let replies = futures::future::join_all(forms).await;
    let won: Vec<usize> = (0..8).filter(|number| replies[*number].status() == 201).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(replies.iter().filter(|reply| reply.status() == 409).count(), 7);
    assert_eq!(read(archivist.media_root().join("new/folder/same.mp4")).unwrap(), contents[won[0]]);
    assert_eq!(left(archivist), ["new"]);
}

async fn other_types_are_named_and_not_taken(archivist: &TestArchivist) {
    let token = archivist.user().await;
    for (name, content) in [("a.exe", MP4), ("a.mp4", b"#!/bin/sh\n"), ("a.mkv", MP4), ("noending", MP4)] {
        let reply = Form::new().file(name, content).send(archivist, &token).await;
        let error = reply.expect_error(415, "UnsupportedMediaTypeError");
        assert!(error["details"]["allowed"].as_array().unwrap().contains(&json!("mp4")), "{error}");
    }
    let json = archivist.post("/api/upload").bearer(&token).json(json!({})).send().await;
    json.expect_error(415, "UnsupportedMediaTypeError");
    assert!(left(archivist).is_empty());
}

async fn hostile_names_write_nothing(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let long = format!("{}.mp4", "x".repeat(300));
    for name in ["../a.mp4", "/a.mp4", "x/a.mp4", "..\\\\a.mp4", ".a.mp4", "", &long] {
        let fields = Form::new().file(name, MP4).send(archivist, &token).await.expect_fields();
        assert!(fields["file"].is_array(), "{name:?}: {fields}");
    }
    // No header may have this character, and so no name.
    let form = Form::new().file("a\u{7f}.mp4", MP4);
    form.send(archivist, &token).await.expect_error(400, "BadRequestError");
    let long = "x".repeat(300);
    for folder in ["..", "a/../..", "/tmp", "a//b", ".uploads", "a/.b", "a\\b", "a\tb", &long] {
        let form = Form::new().file("a.mp4", MP4).field("folder", folder);
        let fields = form.send(archivist, &token).await.expect_fields();
        assert!(fields["folder"].is_array(), "{folder:?}: {fields}");
    }
    assert!(left(archivist).is_empty());
}

async fn links_that_lead_out_are_not_followed(archivist: &TestArchivist) {
    let outside = tempfile::TempDir::new().unwrap();
    let (token, root) = (archivist.user().await, archivist.media_root());
    create_dir(root.join("in")).unwrap();
    symlink(outside.path(), root.join("out")).unwrap();
    symlink(outside.path().join("not-yet"), root.join("dangling")).unwrap();
    symlink("in", root.join("inner")).unwrap();
    write(outside.path().join("victim.mp4"), "as it was").unwrap();
    symlink(outside.path().join("victim.mp4"), root.join("link.mp4")).unwrap();
    for folder in ["out", "out/deeper", "dangling", "dangling/x"] {
        let form = Form::new().file("a.mp4", MP4).field("folder", folder);
        let fields = form.send(archivist, &token).await.expect_fields();
        assert!(fields["folder"].is_array(), "{folder}: {fields}");
    }
    Form::new().file("a.mp4", MP4).field("folder", "inner").send(archivist, &token).await.expect(201);
    assert!(root.join("in/a.mp4").is_file());
    Form::new().file("link.mp4", MP4).field("replace", "true").send(archivist, &token).await.expect(201);
    assert_eq!(read(outside.path().join("victim.mp4")).unwrap(), b"as it was");
    assert_eq!(read_dir(outside.path()).unwrap().count(), 1);
}

async fn broken_forms_leave_nothing(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let whole = Form::new().file("a.mp4", &[MP4, &vec![0; 2_000_000]].concat()).bytes();
    for body in [vec![], b"no form at all".to_vec(), whole[..whole.len() / 2].to_vec()] {
        send(archivist, &token, body).await.expect_error(400, "BadRequestError");
    }
    let endless_header = [&b"--a-boundary-of-the-tests\r\nX: "[..], &vec![b'x'; 3_000_000]].concat();
    send(archivist, &token, endless_header).await.expect_error(400, "BadRequestError");
    assert!(left(archivist).is_empty());
}

async fn every_wrong_field_is_named(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let form = Form::new().field("folder", "../x").field("replace", "perhaps").field("colour", "red");
    let fields = form.file("a.mp4", MP4).field("title", " ").send(archivist, &token).await.expect_fields();
    for name in ["folder", "replace", "colour", "title"] {
        assert!(fields[name].is_array(), "{name}: {fields}");
    }
    let twice = Form::new().file("a.mp4", MP4).file("b.mp4", MP4);
    assert!(twice.send(archivist, &token).await.expect_fields()["file"].is_array());
    let nothing = Form::new().send(archivist, &token).await.expect_fields();
    assert_eq!(nothing["file"], json!(["is required"]));
    let without = Form::new().field("title", "x").send(archivist, &token).await.expect_fields();
    assert_eq!(without["file"], json!(["is required"]));
    let empty = Form::new().file("a.mp4", b"").send(archivist, &token).await.expect_fields();
    assert_eq!(empty["file"], json!(["must not be empty"]));
    assert!(left(archivist).is_empty());
}
