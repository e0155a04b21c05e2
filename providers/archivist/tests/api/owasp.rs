//! The ten risks that OWASP names for APIs (2023), each asked of this service. Where another file holds a part of one
//! for every operation (`refusals.rs`, `validation.rs`), it is not asked again here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use crate::archivist::{ADMIN_PASSWORD, TestArchivist};
use crate::client::{Method, Reply};
use crate::described::{operations, paths};
use crate::scenarios;
use crate::scene::{Scene, success};

scenarios![
    api1_broken_object_level_authorization,
    api2_broken_authentication,
    api3_broken_object_property_level_authorization,
    api4_unrestricted_resource_consumption,
    api5_broken_function_level_authorization,
    api6_unrestricted_access_to_sensitive_business_flows,
    api7_server_side_request_forgery,
    api8_security_misconfiguration,
    api9_improper_inventory_management,
];

async fn login(archivist: &TestArchivist, username: &str, password: &str) -> Reply {
    let body = json!({"username": username, "password": password});
    archivist.post("/api/auth/login").json(body).send().await
}

/// An account, and the token of a session of it.
async fn account(archivist: &TestArchivist, admin: &str, name: &str, role: &str) -> (Value, String) {
    let body = json!({"username": name, "password": "a-long-password", "role": role});
    let made = archivist.post("/api/admin/users").bearer(admin).json(body).send().await.expect(201);
    let session = login(archivist, name, "a-long-password").await.expect(200);
    (made["id"].clone(), session["access_token"].as_str().unwrap().to_owned())
}

/// The archive is the station's: whoever is signed in sees and changes all of it. What is one's own is the session;
/// accounts are for admins, also one's own.
async fn api1_broken_object_level_authorization(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let (own, first) = account(archivist, &admin, "first", "user").await;
    let (other, second) = account(archivist, &admin, "second", "user").await;
    let vod = archivist.archive(&first, "Of the first", "a.mp4").await;
    let path = format!("/api/vod/{}", vod["id"]);
    archivist.get(&path).bearer(&second).send().await.expect(200);
    archivist.put(&path).bearer(&second).json(json!({"title": "Ours"})).send().await.expect(200);

    let mut told = BTreeSet::new();
    for id in [own, other, json!(99)] {
        let path = format!("/api/admin/users/{id}");
        for request in [
            archivist.get(&path),
            archivist.put(&path).json(json!({"role": "admin"})),
            archivist.put(&path).json(json!({"password": "another-password"})),
            archivist.delete(&path),
        ] {
            let mut error = request.bearer(&first).send().await.expect_error(403, "AuthorizationError");
            error["request_id"] = json!(null);
            told.insert(error.to_string());
        }
    }
    assert_eq!(told.len(), 1, "nobody learns which accounts there are: {told:?}");
    for end in ["/api/auth/refresh", "/api/auth/logout"] {
        let mine = login(archivist, "first", "a-long-password").await.expect(200)["access_token"].clone();
        archivist.post(end).bearer(mine.as_str().unwrap()).send().await;
    }
    let me = archivist.get("/api/auth/me").bearer(&second).send().await.expect(200);
    assert_eq!(me["username"], "second", "what one does to a session is done to that one");
    archivist.get("/api/auth/me").bearer(&first).send().await.expect(200);
}

/// What is stored opens nothing: no token and no password can be read from the database.
async fn api2_broken_authentication(archivist: &TestArchivist) {
    let (name, password) = ("night.shift", "correct-horse-battery");
    archivist.given("a user exists", json!({"username": name, "password": password})).await;
    let mut tokens = BTreeSet::new();
    for _ in 0..8 {
        let session = login(archivist, name, password).await.expect(200);
        tokens.insert(session["access_token"].as_str().unwrap().to_owned());
    }
    assert!(tokens.len() == 8 && tokens.iter().all(|token| token.len() == 43), "256 bits each");
    let mut database = archivist.connection().await;
    let query = "SELECT token_hash FROM sessions UNION ALL SELECT password_hash FROM users";
    let kept: Vec<String> = sqlx::query_scalar(query).fetch_all(&mut database).await.unwrap();
    assert!(kept.len() >= 10);
    assert!(kept.iter().all(|text| !tokens.contains(text) && !text.contains(password)));
    let hashes: Vec<_> = kept.iter().filter(|text| text.starts_with("$argon2id$")).collect();
    assert!(!hashes.is_empty());
    // A token is a header of each request, and nothing that a link could carry.
    let token = tokens.first().unwrap();
    for target in [format!("/api/auth/me?token={token}"), format!("/api/auth/me?access_token={token}")] {
        let url = format!("http://{}{target}", archivist.address);
        let request = archivist.client.get(url).header("cookie", format!("access_token={token}"));
        assert_eq!(request.send().await.unwrap().status(), 401);
    }
    for kept in &kept {
        let reply = archivist.get("/api/auth/me").bearer(kept).send().await;
        assert_eq!(reply.status(), 401);
    }
}

/// Nobody sets what is the service's to set.
async fn api3_broken_object_property_level_authorization(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let vod = archivist.vod("pending").await;
    let user = archivist.user().await;
    let theirs = json!({
        "id": 4188, "status": "completed", "cablecast_vod_id": 4188, "created_at": "2026-05-12T18:30:00Z",
        "updated_at": "2026-05-12T18:30:00Z", "transcription_id": "97b067a0-f59f-4034-9cb9-48fa04eccca4",
        "search_text": "x", "role": "admin", "user_id": 1, "password_hash": "x", "is_admin": true,
        "last_login_at": null, "__proto__": {"role": "admin"},
    });
    let before = archivist.get(&format!("/api/vod/{vod}")).bearer(&user).send().await.expect(200);
    let fill = |own: Value, taken: &[&str]| {
        let mut body = own.as_object().unwrap().clone();
        let more = theirs.as_object().unwrap().iter().filter(|(name, _)| !taken.contains(&name.as_str()));
        let more: Map<_, _> = more.map(|(name, value)| (name.clone(), value.clone())).collect();
        let names: BTreeSet<_> = more.keys().cloned().collect();
        body.extend(more);
        (body, names)
    };
    let pair = json!({"username": "admin", "password": ADMIN_PASSWORD});
    let new_user = json!({"username": "x", "password": "a-long-password", "role": "user"});
    for (request, own, taken) in [
        (archivist.post("/api/vod/create"), json!({"title": "T", "file_path": "new.mp4"}), &[][..]),
        (archivist.put(&format!("/api/vod/{vod}")), json!({"title": "T"}), &["status"]),
        (archivist.post("/api/auth/login"), pair, &[]),
        (archivist.post("/api/admin/users"), new_user, &["role"]),
        (archivist.put("/api/admin/users/1"), json!({"username": "x"}), &["role"]),
    ] {
        let (body, names) = fill(own, taken);
        let fields = request.bearer(&admin).json(body).send().await.expect_fields();
        assert_eq!(fields.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>(), names);
    }
    let after = archivist.get(&format!("/api/vod/{vod}")).bearer(&user).send().await.expect(200);
    assert_eq!(after, before);
    archivist.get("/api/admin").bearer(&user).send().await.expect(403);
}

/// What one request may cost has a limit. Bodies: `refusals.rs`; depth: `errors.rs`; sockets: `socket.rs`.
async fn api4_unrestricted_resource_consumption(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    for operation in operations().iter().filter(|operation| operation.query().contains(&"limit")) {
        for query in ["limit=101", "limit=9223372036854775807", "limit=-1", "offset=-1"] {
            let target = format!("{}?{query}", operation.path());
            let reply = archivist.get(&target).bearer(&admin).send().await;
            assert_eq!(reply.status(), 422, "{target}");
        }
        let last = format!("{}?limit=100&offset=9223372036854775807", operation.path());
        let status = archivist.get(&last).bearer(&admin).send().await.status();
        assert!(status == 200 || status == 503 && operation.needs_the_station(), "{last}: {status}");
    }
    archivist.get(&format!("/api/vod/list?q={}", "x".repeat(201))).bearer(&admin).send().await.expect(422);
    // Hashing is dear: nobody has it done for a password of any length.
    login(archivist, "admin", &"x".repeat(129)).await.expect(422);
    // An answer does not grow with what is asked.
    let members: Map<_, _> = (0..20_000).map(|number| (format!("member{number}"), json!(number))).collect();
    let reply = archivist.post("/api/vod/create").bearer(&admin).json(members).send().await;
    reply.expect(422);
    assert!(reply.text().len() < 10_000, "{}", reply.text().len());
    // Sign-ins at the same moment wait for one another, and hold up nobody else.
    let names: Vec<_> = (0..40).map(|number| format!("somebody{number}")).collect();
    let guesses = futures::future::join_all(names.iter().map(|name| login(archivist, name, "a-guess")));
    let (guesses, health) = futures::join!(guesses, archivist.get("/health").send());
    assert!(guesses.iter().all(|reply| reply.status() == 401));
    health.expect(200);
}

/// Another spelling of a path, or a word beside the request, opens nothing to a user.
async fn api5_broken_function_level_authorization(archivist: &TestArchivist) {
    let (user, admin) = (archivist.user().await, archivist.admin().await);
    for path in [
        "/API/ADMIN/USERS",
        "/api/admin/users/",
        "//api/admin/users",
        "/api//admin/users",
        "/api/admin/users;x=1",
        "/api/vod/..%2fadmin%2fusers",
        "/api/admin%2fusers",
        "/api/%61dmin/users",
        "/api/admin/users%00",
    ] {
        let url = format!("http://{}{path}", archivist.address);
        let status = archivist.client.get(url).bearer_auth(&user).send().await.unwrap().status().as_u16();
        assert!([403, 404].contains(&status), "{path}: {status}");
    }
    for (name, value) in [
        ("x-http-method-override", "DELETE"),
        ("x-original-url", "/api/admin/users"),
        ("x-rewrite-url", "/api/admin"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-role", "admin"),
        ("x-user-id", "1"),
    ] {
        let reply = archivist.get("/api/admin/users").header(name, value).bearer(&user).send().await;
        reply.expect_error(403, "AuthorizationError");
    }
    let vod = format!("/api/vod/{}", archivist.vod("pending").await);
    archivist.get(&vod).header("x-http-method-override", "DELETE").bearer(&user).send().await.expect(200);
    archivist.get(&vod).bearer(&user).send().await.expect(200);
    // A role counts as it is now, and not as it was at the sign-in.
    let (id, token) = account(archivist, &admin, "deputy", "admin").await;
    archivist.get("/api/admin").bearer(&token).send().await.expect(200);
    let body = json!({"role": "user"});
    archivist.put(&format!("/api/admin/users/{id}")).bearer(&admin).json(body).send().await.expect(200);
    assert!([401, 403].contains(&archivist.get("/api/admin").bearer(&token).send().await.status()));
}

/// Guessing is slowed down, whatever a client says of where it comes from. The last admin: `accounts.rs`.
async fn api6_unrestricted_access_to_sensitive_business_flows(archivist: &TestArchivist) {
    let mut statuses = Vec::new();
    for number in 0..8 {
        let address = format!("192.0.2.{number}");
        let body = json!({"username": "admin", "password": format!("guess-{number}")});
        let request = archivist.post("/api/auth/login").json(body);
        let request = ["x-forwarded-for", "x-real-ip", "forwarded", "client-ip"]
            .iter()
            .fold(request, |request, name| request.header(name, &address));
        statuses.push(request.send().await.status());
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429, 429]);
    login(archivist, "admin", ADMIN_PASSWORD).await.expect_error(429, "RateLimitError");
}

/// Nothing takes an address: whatever field it is put into, nobody is called.
async fn api7_server_side_request_forgery(archivist: &TestArchivist) {
    let trap = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = trap.local_addr().unwrap().to_string();
    let admin = archivist.admin().await;
    for address in [format!("http://{host}/a.mp4"), format!("//{host}/a.mp4"), format!("redis://{host}/0")] {
        for operation in operations() {
            let mut path = operation.path();
            let encoded: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
            if operation.has_parameters_in_its_path() {
                path = path.replace("11111111-2222-4333-8444-555555555555", &encoded);
            }
            let query: Vec<_> = operation.query().iter().map(|name| format!("{name}={encoded}")).collect();
            let url = format!("http://{}{path}?{}", archivist.address, query.join("&"));
            let request = archivist.client.request(operation.method.clone(), url).bearer_auth(&admin);
            let request = request.header("referer", &address).header("x-forwarded-host", &host);
            let request = match operation.schema() {
                Some(schema) => {
                    let names = schema["properties"].as_object().unwrap().keys();
                    let body: Map<_, _> = names.map(|name| (name.clone(), json!(address))).collect();
                    request.header("content-type", "application/json").body(Value::Object(body).to_string())
                }
                None => request,
            };
            if !["/api/auth/logout", "/api/auth/refresh"].contains(&operation.template.as_str()) {
                let status = request.send().await.unwrap().status();
                assert!(status.as_u16() < 500 || status == 503, "{} answers {status}", operation.name());
            }
        }
        let body = json!({"title": address, "file_path": format!("{}.mp4", address.replace('/', "_"))});
        archivist.post("/api/vod/create").bearer(&admin).json(body).send().await.expect(201);
    }
    let called = trap.into_std().unwrap().accept();
    assert_eq!(called.unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "nobody was called");
}

/// No other site's page reads an answer, none tells what is behind it, and none is taken for something else.
async fn api8_security_misconfiguration(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let anywhere = "https://elsewhere.example";
    for operation in operations().iter().filter(|it| it.method == Method::GET) {
        let request = operation.bare(archivist).header("origin", anywhere).bearer(&admin);
        closed(&request.send().await, &operation.name());
        let preflight = archivist.request(&Method::OPTIONS, &operation.path()).header("origin", anywhere);
        let reply = preflight.header("access-control-request-method", "GET").send().await;
        assert_eq!(reply.status(), 405);
        closed(&reply, &operation.name());
    }
    let trace = archivist.request(&Method::TRACE, "/api/auth/me").bearer(&admin).send().await;
    trace.expect_error(405, "MethodNotAllowedError");
    assert!(!trace.text().contains(&admin), "what came is not sent back");
    let reply = archivist.post("/api/auth/refresh").bearer(&admin).send().await;
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

fn closed(reply: &Reply, name: &str) {
    for header in [
        "access-control-allow-origin",
        "access-control-allow-credentials",
        "server",
        "x-powered-by",
        "set-cookie",
        "via",
    ] {
        assert_eq!(reply.header(header), None, "{name} sends {header}");
    }
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{name}");
}

/// What is served stands in the document, and nothing else is served. That each operation of the document has its
/// methods and no others is asked in `refusals.rs`; what a release lacks, in `process.rs`.
async fn api9_improper_inventory_management(archivist: &TestArchivist) {
    let mut routed = BTreeSet::new();
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/routes")) {
        let source = std::fs::read_to_string(file).unwrap();
        for rest in source.split(".route(").skip(1) {
            let path = rest.split('"').nth(1).unwrap();
            assert!(path.starts_with('/'), "a route is written as its path: {path}");
            routed.insert(path.to_owned());
        }
    }
    assert_eq!(routed, paths().into_keys().collect(), "routes of the source, and paths of the document");
    let admin = archivist.admin().await;
    for path in [
        "/docs",
        "/redoc",
        "/swagger",
        "/swagger-ui",
        "/openapi.yaml",
        "/debug",
        "/debug/pprof/",
        "/admin",
        "/api",
        "/api/v1/vod/list",
        "/api/vod",
        "/api/vods",
        "/api/users",
        "/api/login",
        "/graphql",
        "/actuator/health",
        "/.env",
        "/.git/config",
        "/server-status",
        "/_pact",
        "/archivist.db",
    ] {
        archivist.get(path).bearer(&admin).send().await.expect_error(404, "NotFoundError");
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// What a worker leaves beside a recording is somebody else's. What it tells: `misleading.rs`.
#[tokio::test]
async fn api10_unsafe_consumption_of_apis() {
    let Some(scene) = Scene::on_sqlite().await else { return };
    let job = scene.job("b.mp4").await;
    scene.take().await;
    scene.store(&job, "SUCCESS", success()).await;
    assert_eq!(scene.status(&job).await["status"], "completed");
    let path = format!("/api/transcriptions/{job}");
    let recording = scene.archivist.media_root().join("b.mp4");
    let hostile = [
        "[".repeat(200_000),
        format!("WEBVTT\n\n{}", "99:99:99.999 --> 00:00:00.000\n<script>alert(1)</script>\n\n".repeat(1000)),
        format!("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n{}\n", "<v a>".repeat(100_000)),
        "\u{0}\u{1}\u{2}".repeat(10_000),
        "x".repeat(20 * 1024 * 1024),
    ];
    for text in &hostile {
        for ending in ["summary.json", "captions.vtt", "scc"] {
            std::fs::write(recording.with_extension(ending), text).unwrap();
        }
        for (part, kinds) in [("captions.scc", "text/x-scc"), ("captions.vtt", "text/vtt; charset=utf-8")] {
            let reply = scene.get(&format!("{path}/{part}")).send().await;
            assert!([200, 404].contains(&reply.status()), "{}", reply.status());
            if reply.status() == 200 {
                // To be saved, and never shown as a page.
                assert_eq!(reply.header("content-type"), Some(kinds));
                assert!(reply.header("content-disposition").unwrap().starts_with("attachment;"));
            }
        }
        let reply = scene.post(&format!("{path}/summary")).send().await;
        assert!([200, 404].contains(&reply.status()), "{}", reply.status());
        assert!(reply.text().len() < 2 * 1024 * 1024, "{}", reply.text().len());
    }
    for ending in ["summary.json", "captions.vtt", "scc"] {
        std::fs::remove_file(recording.with_extension(ending)).unwrap();
    }
    assert_eq!(scene.status(&job).await["status"], "completed");
    scene.archivist.stop().await;
}
