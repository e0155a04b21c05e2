//! Sessions and forms as strangers would misuse them.

use reqwest::Method;
use reqwest::header::COOKIE;
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::stand_in::{StandIn, refusal};

fn session() -> ResponseTemplate {
    let user = json!({"id": 1, "username": "editor", "role": "user"});
    let session = json!({"access_token": "fresh", "token_type": "Bearer", "expires_in": 60, "user": user});
    ResponseTemplate::new(200).set_body_json(session)
}

#[tokio::test]
async fn a_session_is_a_cookie_that_only_the_ui_gets() {
    for (https, cookie) in [
        (false, "archivist-session=fresh; Path=/; Max-Age=60; HttpOnly; SameSite=Strict"),
        (true, "__Host-archivist-session=fresh; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure"),
    ] {
        let stand_in = StandIn::open("user", https).await;
        stand_in.answers("POST", "/api/auth/login", session()).await;
        let form = "username=editor&password=secret&back=%2Fvods%3Fq%3Da";
        let got = stand_in.post("/sign-in", form).await;
        assert_eq!((got.status, got.header("location")), (303, "/vods?q=a"));
        assert_eq!(got.header("set-cookie"), cookie);
        let got = stand_in.post("/sign-in", "username=editor&password=secret&back=//evil.example").await;
        assert_eq!(got.header("location"), "/");
        stand_in.close().await;
    }
}

#[tokio::test]
async fn a_session_that_is_over_leads_to_the_sign_in_and_back() {
    let stand_in = StandIn::open("user", false).await;
    let over = ResponseTemplate::new(401).set_body_json(refusal(
        "AuthenticationError",
        "the session is over",
        &json!({}),
    ));
    stand_in.answers("GET", "/api/vod/list", over).await;
    let got = stand_in.get("/vods?q=a%26b&page=2").await;
    assert_eq!((got.status, got.header("location")), (303, "/sign-in?back=%2Fvods%3Fq%3Da%2526b%26page%3D2"));
    assert!(got.header("set-cookie").contains("Max-Age=0"));
    let anonymous = StandIn::got(stand_in.asks(Method::GET, "/queue")).await;
    assert_eq!((anonymous.status, anonymous.header("location")), (303, "/sign-in?back=%2Fqueue"));
    // A script that listens is told so and nothing else.
    let live = stand_in.asks(Method::GET, "/live").header("accept", "text/event-stream");
    assert_eq!(StandIn::got(live).await.status, 401);
    stand_in.close().await;
}

#[tokio::test]
async fn wrong_passwords_and_too_many_of_them_are_said_at_the_form() {
    for (status, header, says) in
        [(401, "", "Wrong user name or password."), (429, "9", "Try again in 9 seconds.")]
    {
        let stand_in = StandIn::open("user", false).await;
        let body = refusal("AuthenticationError", "wrong user name or password", &json!({}));
        let answer = ResponseTemplate::new(status).set_body_json(body).insert_header("retry-after", "9");
        stand_in.answers("POST", "/api/auth/login", answer).await;
        let got = stand_in.post("/sign-in", "username=%22%3E%3Cb%3E&password=secret").await;
        got.says(says).says("value=\"&quot;&gt;&lt;b&gt;\"");
        assert_eq!((got.status, got.header("retry-after")), (status, header));
        assert!(!got.text.contains("secret") && got.header("set-cookie").is_empty());
        stand_in.close().await;
    }
}

#[tokio::test]
async fn a_form_of_another_site_does_nothing() {
    let stand_in = StandIn::open("admin", false).await;
    for at in ["/sign-in", "/sign-out", "/vods/1/delete", "/admin/users/new", "/queue/batch"] {
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "http://evil.example")] {
            let request = stand_in.is_asked(Method::POST, at).header(name, value);
            let got = StandIn::got(request.header(COOKIE, "archivist-session=token")).await;
            got.says("nothing was done");
            assert_eq!(got.status, 403, "{at}");
        }
    }
    assert_eq!(
        stand_in.archivist.received_requests().await.unwrap().len(),
        0,
        "nobody was asked for anything"
    );
    stand_in.close().await;
}

#[tokio::test]
async fn a_form_that_is_too_long_is_not_read() {
    let stand_in = StandIn::open("user", false).await;
    let got = stand_in.post("/vods/new", &format!("title={}", "x".repeat(65 << 10))).await;
    got.says("longer than a form of this site");
    assert_eq!(got.status, 413);
    stand_in.close().await;
}

#[tokio::test]
async fn signing_out_forgets_the_session_even_where_the_archivist_cannot_be_told() {
    let stand_in = StandIn::open("user", false).await;
    stand_in.answers("POST", "/api/auth/logout", ResponseTemplate::new(204)).await;
    let got = stand_in.post("/sign-out", "").await;
    assert_eq!((got.status, got.header("location")), (303, "/sign-in?done=signed-out"));
    assert!(got.header("set-cookie").contains("Max-Age=0"));
    stand_in.close().await;
    let stand_in = StandIn::before_nothing().await;
    let got = stand_in.post("/sign-out", "").await;
    assert_eq!((got.status, got.header("location")), (303, "/sign-in?done=signed-out-here"));
    assert!(got.header("set-cookie").contains("Max-Age=0"));
    stand_in.close().await;
}

#[tokio::test]
async fn what_others_wrote_in_an_address_is_never_shown_as_markup() {
    let stand_in = StandIn::open("user", false).await;
    let vods = json!({"vods": [], "total": 0, "limit": 20, "offset": 0});
    stand_in.answers("GET", "/api/vod/list", ResponseTemplate::new(200).set_body_json(vods)).await;
    for at in [
        "/vods?q=%3Cscript%3E&status=%3Cscript%3E&done=%3Cscript%3E",
        "/sign-in?done=%3Cscript%3E&back=%22%3E%3Cscript%3E",
    ] {
        assert!(!stand_in.get(at).await.text.contains("<script>"), "{at}");
    }
    stand_in.close().await;
}
