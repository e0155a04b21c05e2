//! A station that really runs: the Archivist, its Redis, its recordings, and the UI before it.

use std::process::Command;

use private_redis::PrivateRedis;
use rustix::process::Signal;
use tempfile::TempDir;
use ui_archivist::{Archivist, Credentials, Limits, NewVod, SignedIn, VodId};

use crate::process::{Program, UI, built};

pub const PASSWORD: &str = "the-first-admin";

const SUBTITLES: &str = "1\n00:00:01,000 --> 00:00:03,000\nCHAIR AMES: La r\u{e9}union est ouverte.\n\n\
                         2\n00:00:04,000 --> 00:00:06,500\nAye.\n";

pub struct Station {
    /// Where the UI is.
    pub base: String,
    pub media: TempDir,
    redis: PrivateRedis,
    archivist: Program,
    ui: Program,
    _database: TempDir,
}

impl Station {
    /// Nothing where a program is missing.
    pub fn open() -> Option<Self> {
        let binary = built("archivist")?;
        let redis = PrivateRedis::for_test()?;
        let (media, database) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        std::fs::create_dir(media.path().join("council")).unwrap();
        for name in ["council/a.mp4", "council/b.mp4", "silent.mp4"] {
            std::fs::write(media.path().join(name), "").unwrap();
        }
        for name in ["council/a.srt", "council/b.srt"] {
            std::fs::write(media.path().join(name), SUBTITLES).unwrap();
        }
        let mut command = Command::new(binary);
        command.current_dir(database.path()).args(["--listen", "127.0.0.1:0", "--media-root"]);
        command.arg(media.path()).env_remove("DATABASE_URL");
        command.env("ARCHIVIST_ADMIN_PASSWORD", PASSWORD).env("REDIS_URL", redis.url());
        let archivist = Program::start(&mut command, "listening on ");
        let mut command = Command::new(UI);
        command.args(["--listen", "127.0.0.1:0", "--archivist", &archivist.said]);
        let ui = Program::start(&mut command, "listening on ");
        Some(Self { base: ui.said.clone(), media, redis, archivist, ui, _database: database })
    }

    /// A worker that takes one job at a time; nothing where it was not built.
    pub fn worker(&self) -> Option<Program> {
        let mut command = Command::new(built("transcription-worker")?);
        command.arg("--media-root").arg(self.media.path()).args(["--concurrency", "1"]);
        Some(Program::start(command.env("REDIS_URL", self.redis.url()), "ready: taking tasks from "))
    }

    /// Somebody at another desk, who uses the API.
    pub async fn colleague(&self) -> SignedIn {
        let archivist = Archivist::new(&self.archivist.said, Limits::default()).unwrap();
        let session = archivist.sign_in(&Credentials::new("admin", PASSWORD)).await.unwrap();
        archivist.resume(session.token)
    }

    /// The UI and then the Archivist end when they are asked to, and have nothing to complain of.
    pub fn close(self) {
        assert_eq!(self.ui.end(Signal::TERM), "");
        assert_eq!(self.archivist.end(Signal::TERM), "");
    }
}

pub async fn archived(who: &SignedIn, title: &str, path: &str) -> VodId {
    let vod = NewVod {
        title: title.to_owned(),
        file_path: path.to_owned(),
        duration: None,
        file_size: None,
        description: None,
    };
    who.create_vod(&vod).await.unwrap().id
}
