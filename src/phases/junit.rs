//! What cargo-nextest tells of the tests that it ran: its JUnit, with every attempt of a test and what was
//! printed meanwhile.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::model::TestId;

/// Bytes of one text that are read: a test may print whatever it likes.
const MAX_TEXT: usize = 64 * 1024;

/// How a test went.
#[derive(Clone, Debug)]
pub struct Ran {
    pub test: TestId,
    /// Of its first attempt.
    pub begin: SystemTime,
    /// Of its last attempt.
    pub duration: Duration,
    /// Of each attempt that failed.
    pub failures: Vec<Failure>,
    /// Whether the last attempt passed.
    pub passed: bool,
    /// What its last attempt printed.
    pub output: String,
}

/// One attempt that failed.
#[derive(Clone, Debug)]
pub struct Failure {
    pub begin: SystemTime,
    pub end: SystemTime,
    /// Such as "test failure with exit code 101" or "test timeout".
    pub kind: String,
    /// What it printed of it.
    pub text: String,
}

/// What is being read.
#[derive(Default)]
struct Reading {
    ran: Vec<Ran>,
    /// The names of the elements that are open within a test.
    open: Vec<String>,
    text: String,
}

/// Reads the JUnit of a run.
pub fn parse(text: &str) -> Result<Vec<Ran>, String> {
    let mut reader = Reader::from_str(text);
    let mut reading = Reading::default();
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(element) => reading.start(&element, false)?,
            Event::Empty(element) => reading.start(&element, true)?,
            Event::End(_) => reading.end(),
            Event::Text(text) => reading.add(&text.xml_content(XmlVersion::Explicit1_0)),
            Event::CData(text) => reading.add(&text.xml_content(XmlVersion::Explicit1_0)),
            Event::GeneralRef(reference) => reading.add(&resolved(&reference)),
            Event::Eof => return Ok(reading.ran),
            _ => {}
        }
    }
}

impl Reading {
    fn start(&mut self, element: &BytesStart<'_>, empty: bool) -> Result<(), String> {
        let name = element.name().into_inner().to_owned();
        match &*name {
            "testcase" => self.ran.push(test(element)?),
            "failure" | "error" | "flakyFailure" | "flakyError" | "rerunFailure" | "rerunError" => {
                if let Some(ran) = self.ran.last_mut() {
                    // That of the first attempt has no time of its own.
                    let begin = attribute(element, "timestamp").map_or(Ok(ran.begin), |it| instant(&it))?;
                    let took = attribute(element, "time").map_or(Ok(ran.duration), |it| seconds(&it))?;
                    let kind = attribute(element, "type").unwrap_or_default();
                    ran.passed &= name.starts_with("flaky");
                    ran.failures.push(Failure { begin, end: begin + took, kind, text: String::new() });
                }
            }
            _ => {}
        }
        if !empty {
            self.text.clear();
            self.open.push(name);
        }
        Ok(())
    }

    fn end(&mut self) {
        let name = self.open.pop().unwrap_or_default();
        let inner = self.open.last().is_some_and(|outer| outer != "testcase");
        let Some(ran) = self.ran.last_mut() else { return };
        match &*name {
            "system-out" | "system-err" if !inner => {
                ran.output.push_str(&self.text);
                ran.output.push('\n');
            }
            _ => {}
        }
        self.text.clear();
    }

    fn add(&mut self, text: &str) {
        let element = self.open.last().map_or("", |it| it);
        // The text of a failure comes before the elements in it.
        if element.ends_with("ailure") || element.ends_with("rror") {
            if let Some(failure) = self.ran.last_mut().and_then(|ran| ran.failures.last_mut()) {
                push(&mut failure.text, text);
            }
        } else {
            push(&mut self.text, text);
        }
    }
}

fn push(to: &mut String, text: &str) {
    let room = MAX_TEXT.saturating_sub(to.len());
    to.push_str(&text[..text.floor_char_boundary(room)]);
}

fn test(element: &BytesStart<'_>) -> Result<Ran, String> {
    let named = |name: &str| attribute(element, name).ok_or_else(|| format!("a testcase has no {name}"));
    Ok(Ran {
        test: TestId { binary: named("classname")?, name: named("name")? },
        begin: instant(&named("timestamp")?)?,
        duration: seconds(&named("time")?)?,
        failures: Vec::new(),
        passed: true,
        output: String::new(),
    })
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok().flatten()?;
    Some(attribute.normalized_value(XmlVersion::Explicit1_0).ok()?.into_owned())
}

fn instant(text: &str) -> Result<SystemTime, String> {
    let time = DateTime::parse_from_rfc3339(text).map_err(|error| format!("{text:?} is no time: {error}"))?;
    Ok(time.with_timezone(&Utc).into())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().and_then(|it| Duration::try_from_secs_f64(it).ok());
    seconds.ok_or_else(|| format!("{text:?} is no number of seconds"))
}

fn resolved(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    let name = reference.xml10_content();
    quick_xml::escape::resolve_predefined_entity(&name).map_or_else(|| format!("&{name};"), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = r#"<testsuites name="nextest-run"><testsuite name="tiny::api">"#;
    const TAIL: &str = "</testsuite></testsuites>";

    #[test]
    fn tells_what_passed_failed_and_was_flaky() {
        let text = format!(
            r#"{HEAD}<testcase name="fails" classname="tiny::api" timestamp="2026-11-24T21:18:48.469+00:00" time="0.5">
            <failure message="m" type="test failure">it &lt;broke&gt;&#10;twice</failure>
            <rerunFailure timestamp="2026-11-24T21:18:49.000+00:00" time="0.1" type="test failure">again
            <system-out>inner</system-out></rerunFailure>
            <system-out>outer</system-out></testcase>
            <testcase name="flaky" classname="tiny::api" timestamp="2026-11-24T21:18:50+00:00" time="0.1">
            <flakyFailure timestamp="2026-11-24T21:18:48+00:00" time="1" type="test failure">once</flakyFailure></testcase>
            <testcase name="passes" classname="tiny::api" timestamp="2026-11-24T21:18:50+00:00" time="0.1"/>{TAIL}"#
        );
        let ran = parse(&text).unwrap();
        let told: Vec<_> = ran.iter().map(|it| (&*it.test.name, it.passed, it.failures.len())).collect();
        assert_eq!(told, [("fails", false, 2), ("flaky", true, 1), ("passes", true, 0)]);
        assert_eq!(ran[0].failures[0].text, "it <broke>\ntwice");
        assert_eq!(ran[0].output.trim(), "outer");
        assert_eq!(ran[0].duration, Duration::from_millis(500));
        let first = &ran[1].failures[0];
        assert_eq!(first.end.duration_since(first.begin).unwrap(), Duration::from_secs(1));
    }

    #[test]
    fn what_is_no_junit_is_refused() {
        assert!(parse("<a><b></a>").is_err());
        assert!(parse(&format!("{HEAD}<testcase name=\"a\"/>{TAIL}")).is_err());
    }
}
