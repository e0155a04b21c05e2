//! Why tests failed: failures whose messages differ in nothing but numbers, ids, addresses and times have
//! one cause.

use std::sync::LazyLock;

use regex::Regex;

use super::junit::{Failure, Ran};
use super::model::{Cause, Log, TestId};
use crate::secrets::Secrets;
use crate::service::Said;

/// Lines of a message that are looked at, and causes that are told: the largest ones.
const LINES: usize = 6;
const CAUSES: usize = 50;

/// What is folded, in this order.
static FOLDS: LazyLock<[(Regex, &str); 6]> = LazyLock::new(|| {
    let pattern = |text: &str| Regex::new(text).expect("the expression is well-formed");
    [
        (pattern(r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b"), "[id]"),
        (pattern(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"), "[time]"),
        (pattern(r"\b\d\d:\d\d:\d\d(?:\.\d+)?\b"), "[time]"),
        (pattern(r"\b0x[0-9a-fA-F]+\b|\b[0-9a-f]*\d[0-9a-f]{11,}\b"), "[hex]"),
        (pattern(r"/tmp/[^\s:\x22']+"), "[file]"),
        (pattern(r"\d+(?:\.\d+)*"), "[n]"),
    ]
});

/// What services said in the time of a failure.
pub type Heard<'a> = &'a dyn Fn(&Failure) -> Vec<Said>;

/// The causes of what failed, also of what passed later, the one of most tests first.
pub fn group(ran: &[Ran], heard: Heard<'_>, secrets: &Secrets) -> Vec<Cause> {
    let mut causes: Vec<Cause> = Vec::new();
    for it in ran {
        for failure in &it.failures {
            let example = secrets.blot(&essence(failure, &it.test)).into_owned();
            let pattern = fold(&example);
            match causes.iter_mut().find(|cause| cause.pattern == pattern) {
                Some(cause) => {
                    cause.flaky &= it.passed;
                    if !cause.tests.contains(&it.test) {
                        cause.tests.push(it.test.clone());
                    }
                }
                None => causes.push(Cause {
                    pattern,
                    example,
                    flaky: it.passed,
                    tests: vec![it.test.clone()],
                    logs: heard(failure).into_iter().map(|said| log(said, secrets)).collect(),
                }),
            }
        }
    }
    causes.sort_by_key(|cause| (cause.flaky, std::cmp::Reverse(cause.tests.len())));
    causes.truncate(CAUSES);
    causes
}

fn log(said: Said, secrets: &Secrets) -> Log {
    let lines = said.lines.iter().map(|line| secrets.blot(line).into_owned()).collect();
    Log { service: said.name, lines }
}

/// What a failure says of itself: the message of its panic, without what every panic says.
pub fn essence(failure: &Failure, test: &TestId) -> String {
    let head = |line: &&str| line.starts_with("thread '") && line.contains("panicked at");
    let noise = |line: &&str| {
        line.is_empty()
            || *line == "stack backtrace:"
            || line.starts_with("note: ")
            || line.starts_with("running ")
            || line.starts_with(&format!("test {} ...", test.name))
    };
    let mut lines: Vec<&str> = failure.text.lines().map(str::trim_end).collect();
    if let Some(end) = lines.iter().position(|line| *line == "stack backtrace:") {
        lines.truncate(end);
    }
    let begin = lines.iter().position(head).map_or(0, |at| at + 1);
    let message = lines[begin..].iter().filter(|line| !noise(line)).take(LINES);
    let message = message.copied().collect::<Vec<_>>().join("\n");
    match (message.is_empty(), failure.kind.is_empty()) {
        (false, _) => message,
        (true, false) => failure.kind.clone(),
        (true, true) => "it says nothing of why".to_owned(),
    }
}

/// `text` with whatever differs from run to run folded.
pub fn fold(text: &str) -> String {
    FOLDS.iter().fold(text.to_owned(), |text, (pattern, with)| pattern.replace_all(&text, *with).into_owned())
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    fn failed(name: &str, text: &str, passed: bool) -> Ran {
        let now = SystemTime::now();
        let failure =
            Failure { begin: now, end: now, kind: "test timeout".to_owned(), text: text.to_owned() };
        Ran {
            test: TestId { binary: "a".to_owned(), name: name.to_owned() },
            begin: now,
            duration: std::time::Duration::ZERO,
            failures: vec![failure],
            passed,
            output: String::new(),
        }
    }

    #[test]
    fn numbers_ids_and_times_are_folded() {
        for (text, folded) in [
            ("port 4711 of 127.0.0.1:80", "port [n] of [n]:[n]"),
            ("job 1b4e28ba-2fa1-11d2-883f-0016d3cca427", "job [id]"),
            ("at 2026-11-24T21:18:48.469+00:00", "at [time]"),
            ("pointer 0xdeadbeef, digest 0123456789abcdef", "pointer [hex], digest [hex]"),
            ("in /tmp/.tmpAbC/x.db: gone", "in [file]: gone"),
            ("a decade", "a decade"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn one_cause_has_all_its_tests_and_the_words_of_services() {
        let panic = |port: u16| {
            format!(
                "thread 'x' ({port}) panicked at a.rs:1:2:\nport {port} is taken\nstack backtrace:\n 0: x"
            )
        };
        let ran = [failed("a", &panic(1), false), failed("b", &panic(2), false), failed("c", "", true)];
        let said =
            |_: &Failure| vec![Said { name: "redis".to_owned(), lines: vec!["hunter2 came".to_owned()] }];
        let mut secrets = Secrets::default();
        secrets.add("hunter2");
        let causes = group(&ran, &said, &secrets);
        assert_eq!(causes[0].pattern, "port [n] is taken");
        assert_eq!(causes[0].example, "port 1 is taken");
        assert_eq!(causes[0].tests.len(), 2);
        assert_eq!(causes[0].logs[0].lines, ["[secret] came"]);
        assert!(causes[1].flaky);
        assert_eq!(causes[1].example, "test timeout");
    }
}
