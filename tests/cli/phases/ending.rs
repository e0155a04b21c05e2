//! However a run of phases ends, neither a test nor what it started outlives it.

use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use super::{nextest, project};
use crate::ending::Alive;
use crate::scene::Told;

fn ended_by(signal: Signal) -> Option<Told> {
    if !nextest() {
        return None;
    }
    let scene = project::endless();
    let alive = Alive::new(&scene);
    let mut command = project::command(&scene, &["--phase", "3"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    alive.wait_until_held();
    kill_process(Pid::from_child(&child), signal).unwrap();
    let told = Told::from(child.wait_with_output().unwrap());
    alive.wait_until_gone();
    Some(told)
}

#[test]
fn interrupted() {
    let Some(told) = ended_by(Signal::INT) else { return };
    told.ended_with(2).says("interrupted; everything that was started is stopped");
}

#[test]
fn killed_outright() {
    let Some(told) = ended_by(Signal::KILL) else { return };
    assert_eq!(told.code, None);
}
