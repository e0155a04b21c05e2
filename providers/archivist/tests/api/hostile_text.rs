//! Text that would do something elsewhere: here it is text, and comes back as it went in.

use serde_json::{Value, json};

use crate::archivist::TestArchivist;
use crate::scenarios;

scenarios![what_would_do_something_elsewhere_is_text_here];

const TEXTS: [&str; 14] = [
    "' OR 1=1 --",
    "'); DROP TABLE vods; --",
    "\" OR \"\"=\"",
    "$1 ? :name @p1 %s {0}",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "${jndi:ldap://localhost/a}",
    "$(reboot) `reboot` ; reboot | reboot",
    "=cmd|' /C calc'!A0",
    "%00%0d%0aSet-Cookie: a=b",
    "\u{202e}cba \u{200b}\u{feff}x",
    "\u{1f9d1}\u{200d}\u{1f680} e\u{301} \u{fb01} \u{0130}",
    "\\u0000 \\n \\\\ NULL null undefined NaN",
];

async fn what_would_do_something_elsewhere_is_text_here(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    for (number, text) in TEXTS.into_iter().enumerate() {
        let path = format!("{number}/{}.mp4", text.replace(['/', '\\'], "_"));
        let body = json!({"title": text, "description": format!("{text}\r\n\t{text}"), "file_path": path});
        let reply = archivist.post("/api/vod/create").bearer(&admin).json(body.clone()).send().await;
        let made = reply.expect(201);
        let read = archivist.get(&format!("/api/vod/{}", made["id"])).bearer(&admin).send().await.expect(200);
        for name in ["title", "description", "file_path"] {
            assert_eq!((&made[name], &read[name]), (&body[name], &body[name]));
        }
        let query: String =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("q", text).finish();
        let found = archivist.get(&format!("/api/vod/list?{query}")).bearer(&admin).send().await.expect(200);
        assert_eq!((&found["total"], &found["vods"][0]["title"]), (&json!(1), &json!(text)), "{text}");
        assert_eq!(reply.header("content-type"), Some("application/json"), "it is never shown as a page");
        password(archivist, &admin, number, text).await;
    }
    let list = archivist.get("/api/vod/list").bearer(&admin).send().await.expect(200);
    assert_eq!(list["total"], TEXTS.len());
}

/// As a password it signs in, and as a name it is nobody's.
async fn password(archivist: &TestArchivist, admin: &str, number: usize, text: &str) {
    let name = format!("user{number}");
    let body = json!({"username": name, "password": format!("{text}{text}"), "role": "user"});
    archivist.post("/api/admin/users").bearer(admin).json(body).send().await.expect(201);
    let login = |name: &str, password: String| {
        let body: Value = json!({"username": name, "password": password});
        archivist.post("/api/auth/login").json(body).send()
    };
    login(&name, format!("{text}{text}")).await.expect(200);
    login(&name, text.to_owned()).await.expect(401);
    login(text, format!("{text}{text}")).await.expect(401);
}
