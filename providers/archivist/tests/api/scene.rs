//! A service with a queue of its own, a user, some recordings, and a worker that a test plays.

use std::pin::Pin;

use ::archivist::{DatabaseLocation, Settings};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use private_redis::PrivateRedis;
use redis::AsyncCommands as _;
use serde_json::{Value, json};

use crate::archivist::TestArchivist;
use crate::client::{Reply, Request};

/// Recordings that every scene has.
pub const RECORDINGS: [&str; 4] = ["council/a.mp4", "b.mp4", "c.mp4", "d.mp4"];

pub struct Scene {
    pub archivist: TestArchivist,
    pub redis: PrivateRedis,
    pub token: String,
}

/// One scenario of a service with a queue.
pub type QueueScenario = for<'a> fn(&'a mut Scene) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Makes each of the named functions a test on SQLite, and lists them for PostgreSQL.
macro_rules! queue_scenarios {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test]
                async fn $name() {
                    let Some(mut scene) = crate::scene::Scene::on_sqlite().await else { return };
                    super::$name(&mut scene).await;
                    scene.archivist.stop().await;
                }
            )+
        }

        pub const SCENARIOS: &[(&str, crate::scene::QueueScenario)] =
            &[$((concat!(module_path!(), "::", stringify!($name)), |scene| Box::pin($name(scene)))),+];
    };
}

pub(crate) use queue_scenarios;

impl Scene {
    /// Nothing where there is no Redis. What it has confirmed is there after a restart.
    pub async fn on_sqlite() -> Option<Self> {
        let redis = PrivateRedis::durable_for_test()?;
        let archivist = TestArchivist::on_sqlite_with(using(redis.url())).await;
        Some(Self::of(archivist, redis).await)
    }

    pub async fn on(database: DatabaseLocation) -> Option<Self> {
        let redis = PrivateRedis::durable_for_test()?;
        let archivist = TestArchivist::on_with(database, using(redis.url())).await;
        Some(Self::of(archivist, redis).await)
    }

    pub async fn of(archivist: TestArchivist, redis: PrivateRedis) -> Self {
        archivist.given("recordings exist", json!({"paths": RECORDINGS})).await;
        let token = archivist.user().await;
        Self { archivist, redis, token }
    }

    pub async fn bare(&self) -> redis::aio::MultiplexedConnection {
        // A busy machine takes its time.
        let config = redis::AsyncConnectionConfig::new().set_response_timeout(None);
        let client = redis::Client::open(self.redis.url()).unwrap();
        client.get_multiplexed_async_connection_with_config(&config).await.unwrap()
    }

    /// Asks Redis itself.
    pub async fn command<T: redis::FromRedisValue>(&self, words: &[&str]) -> T {
        let (name, arguments) = words.split_first().unwrap();
        redis::cmd(name).arg(arguments).query_async(&mut self.bare().await).await.unwrap()
    }

    pub fn get(&self, path: &str) -> Request<'_> {
        self.archivist.get(path).bearer(&self.token)
    }

    pub fn post(&self, path: &str) -> Request<'_> {
        self.archivist.post(path).bearer(&self.token)
    }

    /// The id of a new job.
    pub async fn job(&self, path: &str) -> String {
        let accepted = self.post("/api/transcribe").json(json!({"path": path})).send().await.expect(202);
        accepted["job_id"].as_str().unwrap().to_owned()
    }

    /// A job for each of these recordings, in their order.
    pub async fn jobs<const N: usize>(&self, paths: [&str; N]) -> [String; N] {
        let mut jobs = Vec::new();
        for path in paths {
            jobs.push(self.job(path).await);
        }
        jobs.try_into().unwrap()
    }

    pub async fn status(&self, job: &str) -> Value {
        self.get(&format!("/api/status/{job}")).send().await.expect(200)
    }

    pub async fn queue(&self) -> Value {
        self.get("/api/queue").send().await.expect(200)
    }

    /// Does something about a job: `pause`, `resume`, `stop` or `remove`.
    pub async fn act(&self, action: &str, job: &str) -> Reply {
        self.post(&format!("/api/queue/{action}/{job}")).send().await
    }

    pub async fn vod_of(&self, job: &str) -> Value {
        let vod = &self.status(job).await["vod_id"];
        self.get(&format!("/api/vod/{vod}")).send().await.expect(200)
    }

    /// The VOD, once its status is this: nothing but the service's own listening brings it there.
    pub async fn vod_becomes(&self, vod: &Value, status: &str) -> Value {
        loop {
            let read = self.get(&format!("/api/vod/{vod}")).send().await.expect(200);
            if read["status"] == status {
                return read;
            }
        }
    }

    /// The ids on a list, that which is taken next first.
    pub async fn ids(&self, list: &str) -> Vec<String> {
        let entries: Vec<String> = self.command(&["LRANGE", list, "0", "-1"]).await;
        entries.iter().rev().map(|entry| id_of(entry)).collect()
    }

    /// Takes the next task, as a worker does that acknowledges at once; its id, and the path it is about.
    pub async fn take(&self) -> (String, String) {
        let entry: String = self.command(&["RPOP", "celery"]).await;
        let message: Value = serde_json::from_str(&entry).unwrap();
        let body = STANDARD.decode(message["body"].as_str().unwrap()).unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        (id_of(&entry), body[0][0].as_str().unwrap().to_owned())
    }

    /// Takes the next task, as a worker that holds it until its turn comes.
    pub async fn hold(&self) -> String {
        let entry: String = self.command(&["RPOP", "celery"]).await;
        let id = id_of(&entry);
        let _: i64 = self.command(&["HSET", "unacked", &id, &format!("[{entry},\"\",\"celery\"]")]).await;
        id
    }

    /// Stores a result without telling anybody.
    pub async fn store(&self, job: &str, status: &str, result: Value) {
        let (key, document) = (format!("celery-task-meta-{job}"), document(job, status, &result));
        let () = self.bare().await.set_ex(key, document, 86_400).await.unwrap();
    }

    /// Stores a result and tells it, as a worker does.
    pub async fn tell(&self, job: &str, status: &str, result: Value) {
        let document = document(job, status, &result);
        self.store(job, status, result).await;
        let () = self.bare().await.publish(format!("celery-task-meta-{job}"), document).await.unwrap();
    }

    /// The service once it listens (again) to what workers tell.
    pub async fn listens(&self) {
        while self.command::<i64>(&["PUBSUB", "NUMPAT"]).await == 0 {
            tokio::task::yield_now().await;
        }
    }
}

fn using(url: &str) -> impl FnOnce(&mut Settings) {
    let url = url.to_owned();
    move |settings| settings.redis = Some(url)
}

fn id_of(entry: &str) -> String {
    let message: Value = serde_json::from_str(entry).unwrap();
    message["headers"]["id"].as_str().unwrap().to_owned()
}

/// A result, as Celery writes it.
pub fn document(job: &str, status: &str, result: &Value) -> String {
    let document = json!({
        "status": status, "result": result, "traceback": null, "children": [], "date_done": null, "task_id": job,
    });
    document.to_string()
}

pub fn progress(percent: i64) -> Value {
    json!({"status": "processing", "progress": percent, "status_message": "Loading..."})
}

/// Of a worker on another machine.
pub fn success() -> Value {
    json!({"output_path": "/mnt/elsewhere/a.scc", "status": "completed", "segments": 4, "duration": 12.5})
}

pub fn failure(message: &str) -> Value {
    json!({"exc_type": "ValueError", "exc_message": [message], "exc_module": "builtins"})
}

pub fn revoked(reason: &str) -> Value {
    json!({"exc_type": "TaskRevokedError", "exc_message": [reason], "exc_module": "celery.exceptions"})
}
