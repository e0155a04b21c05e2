//! Somebody who is signed in, and what they do: over HTTP alone, wherever the service is.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::client::{Method, Reply, Request, client};

/// The beginning of a file that is taken for a recording.
pub const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41 and then the recording";
pub const SUBTITLES: &str = "1\n00:00:01,000 --> 00:00:03,000\nCHAIR AMES: La r\u{e9}union est ouverte.\n\n\
                             2\n00:00:04,000 --> 00:00:06,500\nAye.\n";
const BOUNDARY: &str = "a-boundary-of-the-tests";

#[derive(Clone)]
pub struct Person {
    /// Where the service is, without a slash at its end.
    pub base: String,
    client: reqwest::Client,
    pub token: String,
}

impl Person {
    /// Nobody yet.
    pub fn at(base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), client: client(), token: String::new() }
    }

    pub async fn sign_in(base: &str, username: &str, password: &str) -> Self {
        let person = Self::at(base);
        let pair = json!({"username": username, "password": password});
        let request = Request::at(person.base.clone(), &person.client, &Method::POST, "/api/auth/login");
        let session = request.json(pair).send().await.expect(200);
        Self { token: session["access_token"].as_str().unwrap().to_owned(), ..person }
    }

    /// Lets go of connections to a service that is gone.
    pub fn reconnect(&mut self) {
        self.client = client();
    }

    pub fn request(&self, method: &Method, target: &str) -> Request<'_> {
        let request = Request::at(self.base.clone(), &self.client, method, target);
        if self.token.is_empty() { request } else { request.bearer(&self.token) }
    }

    pub async fn get(&self, target: &str) -> Reply {
        self.request(&Method::GET, target).send().await
    }

    pub async fn post(&self, target: &str) -> Reply {
        self.request(&Method::POST, target).send().await
    }

    pub async fn delete(&self, target: &str) -> Reply {
        self.request(&Method::DELETE, target).send().await
    }

    pub async fn post_json(&self, target: &str, body: Value) -> Reply {
        self.request(&Method::POST, target).json(body).send().await
    }

    pub async fn put_json(&self, target: &str, body: Value) -> Reply {
        self.request(&Method::PUT, target).json(body).send().await
    }

    /// Where its sockets are opened.
    pub async fn address(&self) -> SocketAddr {
        let url: reqwest::Url = self.base.parse().unwrap();
        let (host, port) = (url.host_str().unwrap(), url.port_or_known_default().unwrap());
        tokio::net::lookup_host((host, port)).await.unwrap().next().unwrap()
    }

    /// Puts a file into a folder; with a title it is a VOD as well.
    pub async fn upload(&self, folder: &str, name: &str, content: &[u8], title: Option<&str>) -> Value {
        let mut form = Vec::new();
        for (field, value) in [("folder", Some(folder)), ("title", title)] {
            let Some(value) = value else { continue };
            let head = format!("Content-Disposition: form-data; name=\"{field}\"");
            form.extend_from_slice(format!("--{BOUNDARY}\r\n{head}\r\n\r\n{value}\r\n").as_bytes());
        }
        let head = format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"");
        form.extend_from_slice(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").as_bytes());
        form.extend_from_slice(content);
        form.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.request(&Method::POST, "/api/upload").raw(&kind, form).send().await.expect(201)
    }

    /// A recording with subtitles beside it, as a VOD: its id.
    pub async fn upload_recording(&self, folder: &str, name: &str, title: &str) -> Value {
        self.upload(folder, &format!("{name}.srt"), SUBTITLES.as_bytes(), None).await;
        self.upload(folder, &format!("{name}.mp4"), MP4, Some(title)).await["vod_id"].clone()
    }

    pub async fn create(&self, title: &str, path: &str) -> Value {
        let body = json!({"title": title, "file_path": path});
        self.post_json("/api/vod/create", body).await.expect(201)["id"].clone()
    }

    pub async fn vod(&self, vod: &Value) -> Value {
        self.get(&format!("/api/vod/{vod}")).await.expect(200)
    }

    pub async fn transcribe(&self, vod: &Value) -> String {
        let accepted = self.post_json("/api/transcribe", json!({"vod_id": vod})).await.expect(202);
        accepted["job_id"].as_str().unwrap().to_owned()
    }

    /// The job, once its status is this; and how far it was on the way there. Where the service cannot tell at the
    /// moment, it is asked again.
    pub async fn job_becomes(&self, job: &str, status: &str) -> (Value, Vec<u64>) {
        let mut progress = Vec::new();
        loop {
            let reply = self.get(&format!("/api/status/{job}")).await;
            if reply.status() == 503 {
                continue;
            }
            let read = reply.expect(200);
            progress.push(read["progress"].as_u64().unwrap());
            if read["status"] == status {
                return (read, progress);
            }
            assert!(["queued", "processing"].contains(&read["status"].as_str().unwrap()), "{read}");
        }
    }

    /// Publishes a transcription, however long that takes.
    pub async fn publish(&self, transcription: &str) -> Value {
        loop {
            let reply = self.post(&format!("/api/vod/publish/{transcription}")).await;
            if reply.status() != 202 {
                let publication = reply.expect(200);
                assert_eq!(publication["status"], "published", "{publication}");
                return publication;
            }
        }
    }

    /// Every item of a list that is told in pages.
    pub async fn all(&self, target: &str, items: &str) -> Vec<Value> {
        let mut all = Vec::new();
        loop {
            let page = self.get(&format!("{target}?limit=100&offset={}", all.len())).await.expect(200);
            let read = page[items].as_array().unwrap();
            all.extend(read.iter().cloned());
            if read.is_empty() || page["total"] == all.len() {
                return all;
            }
        }
    }
}
