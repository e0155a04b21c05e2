//! Where the tests of `deployment` go: a deployment that somebody else runs, or a stack of the test's own. What they
//! make there they take away again, whatever comes of them.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Mutex;

use futures::FutureExt as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::person::Person;
use crate::service::Service;
use crate::stack::{Database, Stack, elsewhere};
use crate::station::Station;

/// Of accounts that are opened here.
pub const PASSWORD: &str = "a-password-of-the-tests";

pub struct Place {
    pub admin: Person,
    /// Nothing where nobody named the station of the deployment: then nothing is published there.
    pub station: Option<Station>,
    made: Mutex<Vec<Made>>,
    /// The worker ends before what it works for.
    _own: Option<(Service, Stack)>,
}

enum Made {
    Vod(Value),
    User(Value),
    Show(Value),
}

/// A name that nothing else has.
pub fn unique(what: &str) -> String {
    format!("{what}-{}", Uuid::new_v4().simple())
}

/// Runs a scenario there, and leaves the place as it was but for uploaded files, which the API cannot delete.
pub async fn visit(scenario: impl AsyncFnOnce(&Place)) {
    let Some(place) = Place::find().await else { return };
    let outcome = AssertUnwindSafe(scenario(&place)).catch_unwind().await;
    place.leave().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

impl Place {
    async fn find() -> Option<Self> {
        let Some(url) = elsewhere() else {
            let stack = Stack::open(Database::Sqlite).await?;
            let worker = stack.worker(&[])?;
            let (admin, station) = (stack.admin.clone(), stack.another_eye());
            return Some(Self {
                admin,
                station: Some(station),
                made: Mutex::default(),
                _own: Some((worker, stack)),
            });
        };
        let given = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("ARCHIVIST_URL needs {name}"));
        let admin = Person::sign_in(&url, &given("ARCHIVIST_USERNAME"), &given("ARCHIVIST_PASSWORD")).await;
        let station = std::env::var("CABLECAST_URL").ok();
        let station =
            station.map(|url| Station::new(&url, &given("CABLECAST_USERNAME"), &given("CABLECAST_PASSWORD")));
        Some(Self { admin, station, made: Mutex::default(), _own: None })
    }

    fn note(&self, made: Made) {
        self.made.lock().unwrap().push(made);
    }

    /// A recording with subtitles beside it, as a VOD: its id.
    pub async fn upload(&self, person: &Person, name: &str, title: &str) -> Value {
        let vod = person.upload_recording(&format!("countersign-tests/{name}"), name, title).await;
        self.note(Made::Vod(vod.clone()));
        vod
    }

    /// The account that is opened, and its password is [`PASSWORD`].
    pub async fn user(&self, name: &str, role: &str) -> Value {
        let body = json!({"username": name, "password": PASSWORD, "role": role});
        let user = self.admin.post_json("/api/admin/users", body).await.expect(201);
        self.note(Made::User(user["id"].clone()));
        user
    }

    /// A new show at the station.
    pub async fn show(&self, station: &Station, title: &str) -> Value {
        let show = station.show(title).await;
        self.note(Made::Show(show.clone()));
        show
    }

    async fn leave(&self) {
        let made = std::mem::take(&mut *self.made.lock().unwrap());
        for made in made.into_iter().rev() {
            match made {
                Made::Vod(id) => gone(&self.admin, &format!("/api/vod/{id}")).await,
                Made::User(id) => gone(&self.admin, &format!("/api/admin/users/{id}")).await,
                Made::Show(id) => self.station.as_ref().unwrap().remove(&id).await,
            }
        }
    }
}

/// A scenario may have deleted it itself.
async fn gone(admin: &Person, target: &str) {
    let status = admin.delete(target).await.status();
    assert!([204, 404].contains(&status), "{target} cannot be deleted: {status}");
}
