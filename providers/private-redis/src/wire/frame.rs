//! Where a command or an answer ends, in the protocol that Redis speaks (RESP 2).

/// The end of the line that begins at `at`, and where the next one begins.
fn line(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let length = bytes.get(at..)?.windows(2).position(|two| two == b"\r\n")?;
    Some((at + length, at + length + 2))
}

/// Where the value ends that begins at `at`; nothing while it is not whole.
fn end_of(bytes: &[u8], at: usize) -> Option<usize> {
    let (end, mut next) = line(bytes, at)?;
    let number = || std::str::from_utf8(&bytes[at + 1..end]).ok()?.parse::<i64>().ok();
    match bytes[at] {
        b'$' => {
            // Nothing is written as a length below zero.
            if let Ok(length) = usize::try_from(number()?) {
                next += length + 2;
            }
        }
        b'*' => {
            for _ in 0..number()? {
                next = end_of(bytes, next)?;
            }
        }
        _ => {}
    }
    (next <= bytes.len()).then_some(next)
}

/// The length of the first command or answer; nothing while it is not whole.
pub(super) fn first(bytes: &[u8]) -> Option<usize> {
    if bytes.is_empty() { None } else { end_of(bytes, 0) }
}

/// The name of a command, in capitals.
pub(super) fn name(command: &[u8]) -> String {
    let word = line(command, 0).and_then(|(_, at)| line(command, at)).and_then(|(_, at)| {
        let (end, _) = line(command, at)?;
        Some(String::from_utf8_lossy(&command[at..end]).to_ascii_uppercase())
    });
    word.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_values_are_told_from_halves() {
        for value in [
            "+OK\r\n",
            ":1\r\n",
            "$-1\r\n",
            "$2\r\n\r\n\r\n",
            "*2\r\n$1\r\na\r\n*1\r\n:1\r\n",
            "*-1\r\n",
            "*0\r\n",
        ] {
            let bytes = value.as_bytes();
            for end in 0..bytes.len() {
                assert_eq!(first(&bytes[..end]), None, "{value:?} up to {end}");
            }
            assert_eq!(first(&[bytes, b"+more"].concat()), Some(bytes.len()), "{value:?}");
        }
        assert_eq!(name(b"*2\r\n$4\r\nllen\r\n$1\r\na\r\n"), "LLEN");
    }
}
