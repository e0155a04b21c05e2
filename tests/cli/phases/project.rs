//! The small project, and running its phases.

use std::process::Command;

use crate::scene::{Scene, Told};

const TESTS: &str = r#"
mod good {
    #[test] fn passes() {}
    #[test] fn hears_the_service() {
        let url = std::env::var("TALKER_URL").unwrap();
        assert!(url.starts_with("a://b") || url.starts_with("http://deployed.example"), "{url}");
    }
}
mod bad {
    // Long enough for the service to say something meanwhile.
    fn fail(port: u16) -> ! {
        let begin = std::time::Instant::now();
        while begin.elapsed().as_millis() < 400 {}
        panic!("port {port} is taken, says {}", std::env::var("TINY_PASSWORD").unwrap())
    }
    #[test] fn fails() { fail(4711) }
    #[test] fn fails_too() { fail(4712) }
    #[test] fn flaky() {
        let seen = std::path::Path::new("seen");
        if !seen.exists() { std::fs::write(seen, "").unwrap(); panic!("first"); }
        std::fs::remove_file(seen).unwrap();
    }
    #[test] #[ignore] fn ignored() {}
    #[test] fn skips() { eprintln!("SKIPPED: there is no moon"); }
}
mod hangs {
    #[test] fn hangs() {
        let mut child = std::process::Command::new("sh").args(["-c", "exec 3>alive; sleep 1000"]).spawn().unwrap();
        child.wait().unwrap();
    }
}
"#;

const CONFIG: &str = r#"
[phases]
cargo = ["--offline"]
retries = 1
coverage = "coverage.toml"
targets = { workflow = 90 }
url_env = "TALKER_URL"
secret_env = ["TINY_PASSWORD"]

[[service]]
name = "talker"
start = ["sh", "-c", "echo ready; while :; do echo tick; sleep 0.1; done"]
url = "a://b"
ready_line = "ready"

[[phase]]
number = 1
name = "what is good"
needs = ["talker"]
env = { TALKER_URL = "${service:talker}" }
elsewhere = "test(hears)"
[[phase.area]]
name = "good"
tests = "test(/^good::/)"

[[phase]]
number = 2
name = "what is not"
needs = ["talker"]
max_flaky = 1
[[phase.area]]
name = "bad"
tests = "test(/^bad::/)"
"#;

const HANGING: &str = r#"
[[phase]]
number = 3
name = "what never ends"
[[phase.area]]
name = "hangs"
tests = "test(/^hangs::/)"
"#;

const COVERAGE: &str = r#"
[[workflow]]
name = "goes well"
tests = ["tiny::api good::passes"]
[[workflow]]
name = "goes badly"
tests = ["test(/^bad::fails/)", "tiny::api bad::skips"]
[[workflow]]
name = "was never written"
tests = ["tiny::api good::missing"]
"#;

/// A project of two phases.
pub fn project() -> Scene {
    let scene = Scene::new();
    let manifest = "[package]\nname = \"tiny\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[workspace]\n";
    scene.write("Cargo.toml", manifest);
    scene.write("src/lib.rs", "");
    scene.write("tests/api.rs", TESTS);
    scene.write("countersign.toml", CONFIG);
    scene.write("coverage.toml", COVERAGE);
    scene
}

/// The program, as it runs phases there.
pub fn command(scene: &Scene, arguments: &[&str]) -> Command {
    let mut command = scene.command(&[&["phases"], arguments].concat());
    command.env("TINY_PASSWORD", "hunter2").env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS");
    command
}

pub fn run(scene: &Scene, arguments: &[&str]) -> Told {
    Told::from(command(scene, arguments).output().unwrap())
}

/// One with a third phase, which never ends.
pub fn endless() -> Scene {
    let scene = project();
    scene.write("countersign.toml", &format!("{CONFIG}{HANGING}"));
    scene
}
