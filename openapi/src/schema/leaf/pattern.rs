//! What a regular expression may cost, told from its text: the memory of the compiled one, and whether
//! it can go back on its steps.

/// Bytes that one state of a compiled pattern takes, by measure.
const STATE: usize = 110;
/// States of a class of Unicode's, such as `\p{L}`.
const UNICODE_CLASS: usize = 500;
/// States of a set in brackets, and of a dot.
const SET: usize = 20;
const DOT: usize = 10;

/// About how many bytes the compiled pattern takes. Too many rather than too few: a repetition counts
/// as often as it may happen.
pub(super) fn size(pattern: &str) -> usize {
    let mut groups = vec![Group::default()];
    let mut rest = pattern.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '(' => groups.push(Group::default()),
            ')' if groups.len() > 1 => {
                let inner = groups.pop().unwrap_or_default();
                last(&mut groups).add(inner.all);
            }
            '[' => {
                let mut states = SET;
                // A bracket right behind the first one, or behind `^`, stands for itself; that makes the set
                // larger here than it is.
                while let Some(inner) = rest.next().filter(|inner| *inner != ']') {
                    states += match inner {
                        '\\' => escaped(rest.next()),
                        _ => 1,
                    };
                }
                last(&mut groups).add(states);
            }
            '\\' => last(&mut groups).add(escaped(rest.next())),
            '.' => last(&mut groups).add(DOT),
            '{' => {
                let count: String = std::iter::from_fn(|| rest.next_if(|next| *next != '}')).collect();
                rest.next();
                let times = count.split(',').filter_map(|number| number.trim().parse::<usize>().ok()).max();
                last(&mut groups).repeat(times.unwrap_or(1).max(1));
            }
            _ => last(&mut groups).add(1),
        }
    }
    let states = groups.iter().fold(0_usize, |sum, group| sum.saturating_add(group.all));
    states.saturating_mul(STATE)
}

/// What stands between two parentheses.
#[derive(Default)]
struct Group {
    all: usize,
    /// Of the last part, which a repetition would repeat.
    last: usize,
}

impl Group {
    fn add(&mut self, states: usize) {
        self.all = self.all.saturating_add(states);
        self.last = states;
    }

    fn repeat(&mut self, times: usize) {
        let more = self.last.saturating_mul(times - 1);
        self.all = self.all.saturating_add(more);
        self.last = self.last.saturating_add(more);
    }
}

fn last(groups: &mut [Group]) -> &mut Group {
    groups.last_mut().expect("the outermost group is never taken away")
}

fn escaped(character: Option<char>) -> usize {
    match character {
        Some('p' | 'P') => UNICODE_CLASS,
        Some('d' | 'D' | 'w' | 'W' | 's' | 'S') => SET,
        _ => 1,
    }
}

/// Whether the pattern looks around itself or back at what it has matched: then the time that it takes
/// need not grow with the text alone.
pub(super) fn backtracks(pattern: &str) -> bool {
    let looks = ["(?=", "(?!", "(?<", "(?>", "++", "*+", "?+", "}+", "\\k"];
    let refers = || {
        let bytes = pattern.as_bytes();
        bytes.windows(2).any(|pair| pair[0] == b'\\' && matches!(pair[1], b'1'..=b'9'))
    };
    looks.iter().any(|look| pattern.contains(look)) || refers()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repetition_counts_as_often_as_it_may_happen() {
        let states = |pattern| size(pattern) / STATE;
        assert_eq!(states("abc"), 3);
        assert_eq!(states("ab{3}"), 4);
        assert_eq!(states("(ab{3}){2,5}x"), 21);
        assert_eq!(states(".{1,2000}"), 20_000);
        assert_eq!(states("(((a{1000}){1000}){1000}"), 1_000_000_000);
        assert_eq!(states("\\{3\\}"), 3);
        assert!(states("((((a{9999999}){9999999}){9999999}){9999999}") > 1_000_000_000_000);
        assert!(size(")({[\\") > 0);
    }

    #[test]
    fn what_looks_around_backtracks() {
        for pattern in ["^(?=.*a)b", "(?!a)", "(?<!a)b", r"(a)\1", "a++"] {
            assert!(backtracks(pattern), "{pattern}");
        }
        for pattern in ["^[a-z]+$", "(?:a+)+b", r"\d{3}", "a+"] {
            assert!(!backtracks(pattern), "{pattern}");
        }
    }
}
