//! The folders of the media root.

use std::fs::{create_dir_all, write};
use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use crate::archivist::TestArchivist;
use crate::scenarios;

scenarios![
    the_root_is_shown_by_default,
    folders_come_first_then_names,
    pages_do_not_overlap,
    what_is_hidden_or_leads_out_is_not_there,
    nothing_outside_can_be_named,
    a_file_is_no_folder,
    nobody_else_sees_it,
];

async fn browse(archivist: &TestArchivist, query: &str) -> Value {
    let token = archivist.user().await;
    archivist.get(&format!("/api/browse?{query}")).bearer(&token).send().await.expect(200)
}

fn names(folder: &Value) -> Vec<&str> {
    folder["entries"].as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap()).collect()
}

/// On PostgreSQL each scenario has a root of its own too.
fn put(archivist: &TestArchivist, path: &str, text: &str) {
    let file = archivist.media_root().join(path);
    create_dir_all(file.parent().unwrap()).unwrap();
    write(file, text).unwrap();
}

async fn the_root_is_shown_by_default(archivist: &TestArchivist) {
    put(archivist, "a.mp4", "four");
    for query in ["", "path="] {
        let root = browse(archivist, query).await;
        assert_eq!((&root["path"], &root["parent"]), (&json!(""), &Value::Null));
        let entry = &root["entries"][0];
        assert_eq!((&entry["name"], &entry["path"]), (&json!("a.mp4"), &json!("a.mp4")));
        assert_eq!((&entry["kind"], &entry["size"]), (&json!("file"), &json!(4)));
        assert_eq!(entry["media"], true);
    }
}

async fn folders_come_first_then_names(archivist: &TestArchivist) {
    for path in ["shows/b.mp4", "shows/A.srt", "shows/notes.txt", "shows/z/deep.mp4"] {
        put(archivist, path, "");
    }
    let folder = browse(archivist, "path=shows").await;
    assert_eq!(names(&folder), ["z", "A.srt", "b.mp4", "notes.txt"]);
    assert_eq!(folder["parent"], "");
    let media: Vec<_> = folder["entries"].as_array().unwrap().iter().map(|entry| &entry["media"]).collect();
    assert_eq!(media, [false, false, true, false]);
    assert_eq!(folder["entries"][0]["size"], Value::Null);
    let deep = browse(archivist, "path=shows/z").await;
    assert_eq!((&deep["parent"], &deep["entries"][0]["path"]), (&json!("shows"), &json!("shows/z/deep.mp4")));
}

async fn pages_do_not_overlap(archivist: &TestArchivist) {
    for name in ["a", "b", "c", "d", "e"] {
        put(archivist, &format!("{name}.mp4"), "");
    }
    let mut seen = Vec::new();
    for offset in [0, 2, 4, 6] {
        let page = browse(archivist, &format!("limit=2&offset={offset}")).await;
        assert_eq!((&page["total"], &page["limit"], &page["offset"]), (&json!(5), &json!(2), &json!(offset)));
        seen.extend(names(&page).into_iter().map(str::to_owned));
    }
    assert_eq!(seen, ["a.mp4", "b.mp4", "c.mp4", "d.mp4", "e.mp4"]);
}

async fn what_is_hidden_or_leads_out_is_not_there(archivist: &TestArchivist) {
    let outside = tempfile::TempDir::new().unwrap();
    write(outside.path().join("secret.mp4"), "").unwrap();
    for path in [".hidden/x.mp4", ".x.mp4", "back\\slash.mp4", "line\nbreak.mp4", "in/a.mp4"] {
        put(archivist, path, "");
    }
    let root = archivist.media_root();
    symlink(outside.path(), root.join("out")).unwrap();
    symlink(outside.path().join("secret.mp4"), root.join("out.mp4")).unwrap();
    symlink("nowhere", root.join("dangling.mp4")).unwrap();
    symlink("in", root.join("inner")).unwrap();
    symlink("in/a.mp4", root.join("link.mp4")).unwrap();
    let folder = browse(archivist, "").await;
    assert_eq!(names(&folder), ["in", "inner", "link.mp4"]);
    assert_eq!(names(&browse(archivist, "path=inner").await), ["a.mp4"]);
    let token = archivist.user().await;
    for path in ["out", ".hidden", "dangling.mp4", "missing", "in/missing"] {
        let target = format!("/api/browse?path={path}");
        archivist.get(&target).bearer(&token).send().await.expect_error(404, "NotFoundError");
    }
}

async fn nothing_outside_can_be_named(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let long = "x".repeat(1025);
    for path in
        ["..", "../x", "a/../../x", "/etc", "%2e%2e", "a%00b", "a%0Ab", "..%5Cx", "a//b", "./a", &long]
    {
        let target = format!("/api/browse?path={path}");
        let fields = archivist.get(&target).bearer(&token).send().await.expect_fields();
        assert!(fields["path"].is_array(), "{path}: {fields}");
    }
}

async fn a_file_is_no_folder(archivist: &TestArchivist) {
    put(archivist, "a.mp4", "");
    let token = archivist.user().await;
    let fields = archivist.get("/api/browse?path=a.mp4").bearer(&token).send().await.expect_fields();
    assert_eq!(fields["path"], json!(["must be a folder, not a file"]));
}

async fn nobody_else_sees_it(archivist: &TestArchivist) {
    archivist.get("/api/browse").send().await.expect_error(401, "AuthenticationError");
    archivist.post("/api/upload").send().await.expect_error(401, "AuthenticationError");
}

#[tokio::test]
async fn a_lost_media_root_is_told() {
    let archivist = TestArchivist::on_sqlite().await;
    let token = archivist.user().await;
    archivist.lose_the_media_root();
    archivist.get("/api/browse").bearer(&token).send().await.expect_error(503, "StorageError");
    let form = crate::upload::Form::new().file("a.mp4", crate::upload::MP4);
    form.send(&archivist, &token).await.expect_error(503, "StorageError");
    archivist.stop().await;
}
