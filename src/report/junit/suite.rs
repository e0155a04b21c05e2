//! Suites of test cases, as JUnit XML writes them: as narrow as the schema of Jenkins asks.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::report::printable;

/// Cases that belong together. One of nothing counts as a mistake where it is read.
pub struct Suite {
    pub name: String,
    /// In milliseconds, as all times here.
    pub time: u64,
    pub cases: Vec<Case>,
}

/// One test.
pub struct Case {
    pub name: String,
    pub class: String,
    pub time: u64,
    pub verdict: Verdict,
    /// What was found, for people.
    pub text: String,
}

/// How it ended.
pub enum Verdict {
    Passed,
    Failed {
        id: String,
        message: String,
    },
    Unknown {
        id: String,
        message: String,
    },
    /// It was not run, and that is allowed.
    Skipped {
        message: String,
    },
}

/// Writes all suites of a run, which is called `name` and took `time`.
pub fn write(name: &str, time: u64, suites: &[Suite], out: &mut dyn Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let of = |kind: fn(&Suite) -> usize| suites.iter().map(kind).sum::<usize>().to_string();
    let mut root = BytesStart::new("testsuites");
    root.push_attribute(("name", &*printable(name)));
    root.push_attribute(("tests", &*of(|suite| suite.cases.len())));
    root.push_attribute(("failures", &*of(Suite::failures)));
    root.push_attribute(("errors", &*of(Suite::errors)));
    root.push_attribute(("time", &*self::time(time)));
    xml.write_event(Event::Start(root))?;
    for suite in suites {
        suite.write(&mut xml)?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuites")))?;
    writeln!(xml.into_inner())
}

fn time(milliseconds: u64) -> String {
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}

impl Case {
    pub fn passed(name: &str, class: &str) -> Self {
        Self {
            name: name.to_owned(),
            class: class.to_owned(),
            time: 0,
            verdict: Verdict::Passed,
            text: String::new(),
        }
    }

    fn write(&self, xml: &mut Writer<&mut dyn Write>) -> io::Result<()> {
        let mut case = BytesStart::new("testcase");
        case.push_attribute(("classname", &*printable(&self.class)));
        case.push_attribute(("name", &*printable(&self.name)));
        case.push_attribute(("time", &*time(self.time)));
        let (tag, id, message) = match &self.verdict {
            Verdict::Passed if self.text.is_empty() => return xml.write_event(Event::Empty(case)),
            Verdict::Passed => ("system-out", None, None),
            Verdict::Failed { id, message } => ("failure", Some(id), Some(message)),
            Verdict::Unknown { id, message } => ("error", Some(id), Some(message)),
            Verdict::Skipped { message } => ("skipped", None, Some(message)),
        };
        xml.write_event(Event::Start(case))?;
        let mut element = BytesStart::new(tag);
        if let Some(id) = id {
            element.push_attribute(("type", &**id));
        }
        if let Some(message) = message {
            element.push_attribute(("message", &*printable(message)));
        }
        xml.write_event(Event::Start(element))?;
        xml.write_event(Event::Text(BytesText::new(&self.text)))?;
        xml.write_event(Event::End(BytesEnd::new(tag)))?;
        xml.write_event(Event::End(BytesEnd::new("testcase")))
    }
}

impl Suite {
    fn count(&self, is: fn(&Verdict) -> bool) -> usize {
        self.cases.iter().filter(|case| is(&case.verdict)).count()
    }

    fn failures(&self) -> usize {
        self.count(|it| matches!(it, Verdict::Failed { .. }))
    }

    fn errors(&self) -> usize {
        self.count(|it| matches!(it, Verdict::Unknown { .. }))
    }

    fn write(&self, xml: &mut Writer<&mut dyn Write>) -> io::Result<()> {
        let mut suite = BytesStart::new("testsuite");
        suite.push_attribute(("name", &*printable(&self.name)));
        suite.push_attribute(("tests", &*self.cases.len().to_string()));
        suite.push_attribute(("failures", &*self.failures().to_string()));
        suite.push_attribute(("errors", &*self.errors().to_string()));
        let skipped = self.count(|it| matches!(it, Verdict::Skipped { .. }));
        if skipped > 0 {
            suite.push_attribute(("skipped", &*skipped.to_string()));
        }
        suite.push_attribute(("time", &*time(self.time)));
        xml.write_event(Event::Start(suite))?;
        for case in &self.cases {
            case.write(xml)?;
        }
        xml.write_event(Event::End(BytesEnd::new("testsuite")))
    }
}
