//! The words for traffic: how much there was, what of it was not judged and why, and where something was
//! met first.

use super::super::{LeftOut, Operation, Traffic, plural};
use crate::finding::Met;

/// How often something was met, and where first, such as `met in 3 exchanges, first GET /vod/7 answered 200
/// (exchange 12)`.
pub fn met(met: &Met) -> String {
    let Met { count, file, exchange, request, status } = met;
    let which = match file {
        Some(file) => format!("{file}:{exchange}"),
        None => format!("exchange {exchange}"),
    };
    let how = if *count == 1 { "met once".to_owned() } else { format!("met in {count} exchanges, first") };
    format!("{how}: {request} answered {status} ({which})")
}

/// The exchanges in numbers, such as `12 exchanges: 9 kept, 2 broken, 1 not judged`.
pub fn passed(traffic: &Traffic) -> String {
    let Traffic { exchanges, judged, broken, .. } = traffic;
    let not_judged: u64 = traffic.unjudged.iter().map(|it| it.count).sum();
    let parts = [(judged.saturating_sub(*broken), "kept"), (*broken, "broken"), (not_judged, "not judged")];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let exchanges = plural(usize::try_from(*exchanges).unwrap_or(usize::MAX), "exchange");
    if parts.is_empty() { exchanges } else { format!("{exchanges}: {}", parts.join(", ")) }
}

/// How many operations were asked for.
pub fn seen(traffic: &Traffic) -> String {
    format!("{} of {} operations were asked for", traffic.seen, traffic.operations)
}

/// What was not judged, a line for each reason.
pub fn left_out(traffic: &Traffic) -> Vec<String> {
    let whole = traffic.unjudged.iter().map(|it| format!("{} not judged: {}", it.count, why(it)));
    let part = traffic.partial.iter().map(|it| format!("{} judged without {}", it.count, without(it)));
    whole.chain(part).collect()
}

fn why(left_out: &LeftOut) -> &str {
    match left_out.what.as_str() {
        "not-sampled" => "left out by the sample",
        "queue-full" => "more came than could be judged",
        "no-memory" => "there was no memory to keep them",
        "upgraded" => "they became another protocol, such as a WebSocket",
        "preflight" => "browsers asked whether they may ask (CORS)",
        "server-wide" => "they asked the server and no operation",
        "refused" => "they were nothing that a proxy passes on",
        "client-gone" => "the client went away",
        "upstream-failed" => "the service gave no answer",
        "upstream-cut" => "the service ended its answer in the middle",
        "stopped" => "the proxy was stopped before they were over",
        "other-server" => "they were with other servers",
        "no-answer" => "no answer was recorded",
        "judge-failed" => "countersign itself failed",
        other => other,
    }
}

fn without(left_out: &LeftOut) -> &str {
    match left_out.what.as_str() {
        "body-not-recorded" => "a body, which was not recorded",
        "body-too-large" => "a body, which was too large",
        "body-cut" => "a body, of which a part alone passed",
        "body-coding" => "a body, whose content coding is not understood",
        "headers-not-recorded" => "headers, which were not recorded",
        "credentials-not-recorded" => "credentials, which may not have been recorded",
        other => other,
    }
}

/// Operations by path, in the order of the document, with the methods of each.
pub fn by_path(operations: &[Operation]) -> Vec<(&str, Vec<&str>)> {
    let mut paths: Vec<(&str, Vec<&str>)> = Vec::new();
    for operation in operations {
        match paths.iter_mut().find(|(path, _)| *path == operation.path) {
            Some((_, methods)) => methods.push(&operation.method),
            None => paths.push((&operation.path, vec![&operation.method])),
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use countersign_traffic::{Partial, Unjudged};

    use super::*;

    #[test]
    fn whatever_is_left_out_has_words() {
        let of = |what: &str| LeftOut { what: what.to_owned(), count: 1 };
        for reason in Unjudged::ALL {
            assert_ne!(why(&of(reason.as_str())), reason.as_str());
        }
        for part in Partial::ALL {
            assert_ne!(without(&of(part.as_str())), part.as_str());
        }
    }
}
