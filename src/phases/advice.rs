//! What to do about what was measured: each rule is a function that looks at one phase or one kind of
//! claims, and says something or nothing.

use super::model::{Advice, Coverage, Covered, PhaseResult, Resource, TESTS};

/// Rules about a phase, in the order in which they are told.
const RULES: [fn(&PhaseResult) -> Option<Advice>; 5] = [flaky, slowest, memory, idle, skipped];

/// All that there is to advise.
pub fn advise(phases: &[PhaseResult], coverage: &[Coverage]) -> Vec<Advice> {
    let of_phases = phases.iter().flat_map(|phase| RULES.iter().filter_map(move |rule| rule(phase)));
    of_phases.chain(coverage.iter().filter_map(uncovered)).collect()
}

fn advice(id: &'static str, phase: Option<u32>, measured: String, why: &str, way_out: &str) -> Advice {
    Advice { id, phase, measured, why: why.to_owned(), way_out: way_out.to_owned() }
}

fn flaky(phase: &PhaseResult) -> Option<Advice> {
    let percent = phase.counts.flaky_percent();
    let measured = format!("{percent:.1} % of its tests passed only when tried again");
    let why = "above 1 % nobody believes a red build any more";
    (percent > 1.0).then(|| {
        advice("flaky", Some(phase.number), measured, why, "mend the first cause that is marked flaky")
    })
}

fn slowest(phase: &PhaseResult) -> Option<Advice> {
    let test = phase.slowest()?;
    let holds = phase.duration_ms > 2_000 && test.duration_ms * 2 > phase.duration_ms;
    let measured =
        format!("{} took {} ms of the phase's {} ms", test.test, test.duration_ms, phase.duration_ms);
    let why = "no number of threads makes the phase shorter than its longest test";
    holds.then(|| advice("slowest-test", Some(phase.number), measured, why, "split it, or begin it first"))
}

fn memory(phase: &PhaseResult) -> Option<Advice> {
    let grows = phase.resources.iter().filter(|it| it.name != TESTS).find_map(|it| Some((it, growth(it)?)));
    let (resource, percent) = grows?;
    let measured = format!("{} grew by {percent:.0} % in a straight line", resource.name);
    let why = "what grows with time and not with load does not stop growing";
    Some(advice(
        "memory-grows",
        Some(phase.number),
        measured,
        why,
        "run the phase twice as long, and look for what is kept",
    ))
}

/// Per cent by which memory grew, where it grew along a line through the whole phase and by more than 8 MiB.
#[expect(clippy::cast_precision_loss, reason = "bytes that fit into a machine")]
fn growth(resource: &Resource) -> Option<f64> {
    let points: Vec<(f64, f64)> =
        resource.samples.iter().map(|it| (it.at_ms as f64, it.rss_bytes as f64)).collect();
    if points.len() < 20 {
        return None;
    }
    let count = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |sum, it| (sum.0 + it.0 / count, sum.1 + it.1 / count));
    let (xx, xy, yy) = points.iter().fold((0.0, 0.0, 0.0), |sum, it| {
        let (dx, dy) = (it.0 - x, it.1 - y);
        (sum.0 + dx * dx, sum.1 + dx * dy, sum.2 + dy * dy)
    });
    let straight = xy * xy / (xx * yy).max(f64::MIN_POSITIVE);
    let grown = xy / xx.max(f64::MIN_POSITIVE) * (points.last()?.0 - points[0].0);
    let first = y - grown / 2.0;
    (straight > 0.9 && grown > 8.0 * 1024.0 * 1024.0 && grown > first * 0.2)
        .then_some(grown / first.max(1.0) * 100.0)
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred samples, a few cores")]
fn idle(phase: &PhaseResult) -> Option<Advice> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let used: f64 = phase.resources.iter().map(mean).sum();
    let share = used / cores as f64;
    let measured = format!("{share:.0} % of {cores} cores were used in {} ms", phase.duration_ms);
    let why = "the tests wait, and others could run meanwhile";
    let many = phase.counts.tests > 2 * cores;
    (phase.duration_ms > 10_000 && many && !phase.resources.is_empty() && share < 50.0)
        .then(|| advice("cores-idle", Some(phase.number), measured, why, "raise `threads` of [phases]"))
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred samples")]
fn mean(resource: &Resource) -> f64 {
    resource.samples.iter().map(|it| it.cpu_percent).sum::<f64>() / resource.samples.len().max(1) as f64
}

fn skipped(phase: &PhaseResult) -> Option<Advice> {
    let measured = format!("{} of {} tests were not run", phase.counts.skipped, phase.counts.tests);
    let why = "what was not run says nothing";
    (phase.counts.skipped > 0)
        .then(|| advice("skipped", Some(phase.number), measured, why, "install what they say is missing"))
}

fn uncovered(coverage: &Coverage) -> Option<Advice> {
    let missing =
        coverage.entries.iter().filter(|it| !matches!(it.state, Covered::Covered | Covered::NotAsked));
    let missing: Vec<String> = missing.map(|it| format!("{:?}", it.name)).collect();
    let measured = format!("{}: not covered: {}", coverage.kind, missing.join(", "));
    let why = "a claim holds where its tests ran and all of them passed";
    (!missing.is_empty())
        .then(|| advice("uncovered", None, measured, why, "mend or write the tests that they name"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phases::model::Sample;

    #[test]
    fn memory_has_to_grow_along_a_line() {
        let resource = |rss: fn(u64) -> u64| Resource {
            name: "a".to_owned(),
            step_ms: 500,
            samples: (0..40)
                .map(|n| Sample { at_ms: n * 500, cpu_percent: 0.0, rss_bytes: rss(n) << 20 })
                .collect(),
        };
        assert!(growth(&resource(|n| 50 + n)).is_some_and(|percent| (70.0..90.0).contains(&percent)));
        assert_eq!(growth(&resource(|_| 50)), None);
        assert_eq!(growth(&resource(|n| if n < 2 { 50 } else { 90 })), None);
    }
}
