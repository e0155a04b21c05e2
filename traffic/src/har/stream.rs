//! Finds the entries in a HAR file and hands out the text of each, without ever holding them all.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::recording::RecordingError;

/// Bytes that are read ahead.
const AHEAD: usize = 64 * 1024;

/// Takes the number of an entry, from 1, and its text.
type Take<'t> = &'t mut dyn FnMut(u64, &str);

/// Calls `take` for each entry in turn. Nothing between two of them is longer than `limit` bytes.
pub(super) fn read(reader: impl Read, limit: usize, take: Take<'_>) -> Result<(), RecordingError> {
    let mut reader = BufReader::with_capacity(AHEAD, reader);
    if reader.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        reader.consume(3);
    }
    let meter = Rc::new(Meter { since: Cell::new(0), entries: Cell::new(0), limit });
    let metered = BufReader::with_capacity(AHEAD, Metered { reader, meter: Rc::clone(&meter) });
    let mut deserializer = serde_json::Deserializer::from_reader(metered);
    let file =
        Member { name: "log", then: Member { name: "entries", then: Entries { take, meter: &meter } } };
    let read = file.deserialize(&mut deserializer).and_then(|found| {
        deserializer.end()?;
        found.ok_or_else(|| Error::custom("it has no /log/entries"))
    });
    read.map(|_| ()).map_err(|error| match error.classify() {
        serde_json::error::Category::Io if meter.is_over() => {
            RecordingError::TooLarge { after: meter.entries.get(), limit }
        }
        serde_json::error::Category::Io => RecordingError::Unreadable(error.into()),
        _ => RecordingError::NotHar(error.to_string()),
    })
}

/// How much was read since the last entry.
struct Meter {
    since: Cell<usize>,
    entries: Cell<u64>,
    limit: usize,
}

impl Meter {
    fn is_over(&self) -> bool {
        self.since.get() > self.limit.saturating_add(AHEAD)
    }
}

struct Metered<R> {
    reader: R,
    meter: Rc<Meter>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.meter.since.set(self.meter.since.get() + count);
        if self.meter.is_over() { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(count) }
    }
}

/// The member `name` of an object; all others are passed over.
struct Member<T> {
    name: &'static str,
    then: T,
}

impl<'de, T: DeserializeSeed<'de>> DeserializeSeed<'de> for Member<T> {
    type Value = Option<T::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: DeserializeSeed<'de>> Visitor<'de> for Member<T> {
    type Value = Option<T::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the member {:?}", self.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut then, mut found) = (Some(self.then), None);
        while let Some(key) = map.next_key::<String>()? {
            match then.take_if(|_| key == self.name) {
                Some(seed) => found = Some(map.next_value_seed(seed)?),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }
}

struct Entries<'t> {
    take: Take<'t>,
    meter: &'t Meter,
}

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(entry) = seq.next_element::<Box<RawValue>>()? {
            let number = self.meter.entries.get() + 1;
            self.meter.entries.set(number);
            // What the buffer holds already counts towards the next entry.
            self.meter.since.set(0);
            (self.take)(number, entry.get());
        }
        Ok(())
    }
}
