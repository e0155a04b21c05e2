//! The station that is published to, seen past the Archivist: straight at its Cablecast server.

use serde_json::{Value, json};

use crate::client::client;

pub struct Station {
    url: String,
    username: String,
    password: String,
    client: reqwest::Client,
}

/// What the station has of a publication.
#[derive(Debug, PartialEq, Eq)]
pub struct Held {
    pub shows: usize,
    pub vods: usize,
    pub recordings: usize,
    pub captions: usize,
}

impl Held {
    pub const ONCE: Self = Self { shows: 1, vods: 1, recordings: 1, captions: 1 };
}

impl Station {
    pub fn new(url: &str, username: &str, password: &str) -> Self {
        let url = url.trim_end_matches('/').to_owned();
        Self { url, username: username.to_owned(), password: password.to_owned(), client: client() }
    }

    fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/cablecastapi/v1/{path}", self.url);
        self.client.request(method, url).basic_auth(&self.username, Some(&self.password))
    }

    /// Everything of a kind that the station has.
    pub async fn everything(&self, kind: &str) -> Vec<Value> {
        let request = self.request(reqwest::Method::GET, &format!("{kind}?page_size=-1"));
        let body: Value = request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap();
        body[kind].as_array().unwrap().clone()
    }

    /// A new show that has nothing yet.
    pub async fn show(&self, title: &str) -> Value {
        let location = self.everything("locations").await[0]["id"].clone();
        let show = json!({"title": title, "cgTitle": title, "cgExempt": false, "comments": "", "location": location,
            "customFields": []});
        let request = self.request(reqwest::Method::POST, "shows").json(&json!({"show": show}));
        let made: Value = request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap();
        made["show"]["id"].clone()
    }

    /// Takes a show away, and all that hangs on it.
    pub async fn remove(&self, show: &Value) {
        let request = self.request(reqwest::Method::DELETE, &format!("shows/{show}"));
        request.send().await.unwrap().error_for_status().unwrap();
    }

    /// What there is of a publication, by its show and by the reference in the names of its files.
    pub async fn held(&self, publication: &Value) -> Held {
        let (shows, vods, assets) =
            (self.everything("shows").await, self.everything("vods").await, self.everything("assets").await);
        let id = publication["transcription_id"].as_str().unwrap();
        let files = |ending: &str| {
            let name = format!(" {}.{ending}", &id[..8]);
            assets.iter().filter(|asset| asset["path"].as_str().unwrap().ends_with(&name)).count()
        };
        let made = |show: &&Value| {
            let comments = show["comments"].as_str().unwrap_or_default();
            show["id"] == publication["show_id"] || comments.contains(id)
        };
        Held {
            shows: shows.iter().filter(made).count(),
            vods: vods.iter().filter(|vod| vod["show"] == publication["show_id"]).count(),
            recordings: files("mp4"),
            captions: files("scc"),
        }
    }
}
