//! A value over time, drawn: a line over an axis with units, and the same in words for whoever does not see it.

use std::fmt::Write;

use maud::{Markup, html};

use crate::report::html::frame::said;

/// What is drawn.
pub struct Chart {
    /// Of the picture; no two on a page have one.
    pub id: String,
    pub title: String,
    pub unit: &'static str,
    /// Milliseconds since the phase began, and the value; in order.
    pub points: Vec<(u64, f64)>,
}

/// The picture, in its own units, and the field in it that the line fills.
const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 350.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 124.0;

/// Nothing where nothing was measured.
pub fn figure(chart: &Chart) -> Markup {
    let Some(&(last, _)) = chart.points.last() else { return html! {} };
    let scale = Scale { end: last.max(1), top: ceiling(most(&chart.points).1) };
    let line = scale.line(&chart.points);
    let (title, desc) = (format!("{}-title", chart.id), format!("{}-desc", chart.id));
    html! {
        svg.chart viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-labelledby=(title) aria-describedby=(desc) {
            title id=(title) { (said(&chart.title)) }
            desc id=(desc) { (words(chart)) }
            text x="0" y="12" { (chart.title.split(':').next().unwrap_or_default()) ", " (chart.unit) }
            @for share in [0.0, 0.5, 1.0] {
                @let y = scale.y(scale.top * share);
                line.grid x1=(LEFT) y1=(y) x2=(RIGHT) y2=(y) {}
                text.tick x=(LEFT - 6.0) y=(y + 4.0) text-anchor="end" { (scale.top * share) }
            }
            path.area d={ (line) "V" (BOTTOM) "H" (scale.x(chart.points[0].0)) "Z" } {}
            path.line d=(line) {}
            text.tick x=(LEFT) y="143" { "0 s" }
            text.tick x=(RIGHT) y="143" text-anchor="end" { (seconds(last)) }
        }
    }
}

/// How values become places.
struct Scale {
    end: u64,
    top: f64,
}

impl Scale {
    #[expect(clippy::cast_precision_loss, reason = "a phase lasts minutes")]
    fn x(&self, at: u64) -> f64 {
        LEFT + (RIGHT - LEFT) * at as f64 / self.end as f64
    }

    fn y(&self, value: f64) -> f64 {
        BOTTOM - (BOTTOM - TOP) * (value / self.top).clamp(0.0, 1.0)
    }

    fn line(&self, points: &[(u64, f64)]) -> String {
        let mut line = String::new();
        for (at, &(time, value)) in points.iter().enumerate() {
            let pen = if at == 0 { 'M' } else { 'L' };
            write!(line, "{pen}{:.1} {:.1}", self.x(time), self.y(value)).expect("text takes more text");
        }
        line
    }
}

/// The smallest of 1, 2 and 5 times a power of ten that is no less than `value`, and no less than ten: a line
/// that only trembles looks flat.
fn ceiling(value: f64) -> f64 {
    let steps = [10.0, 20.0, 50.0];
    let mut power = 1.0;
    loop {
        if let Some(step) = steps.iter().map(|it| it * power).find(|it| *it >= value || *it > 1e12) {
            return step;
        }
        power *= 10.0;
    }
}

fn most(points: &[(u64, f64)]) -> (u64, f64) {
    points.iter().copied().fold((0, 0.0), |most, it| if it.1 > most.1 { it } else { most })
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred points")]
fn words(chart: &Chart) -> String {
    let (at, most) = most(&chart.points);
    let mean = chart.points.iter().map(|it| it.1).sum::<f64>() / chart.points.len().max(1) as f64;
    let unit = chart.unit;
    format!("on average {mean:.0} {unit}, at most {most:.0} {unit} after {}", seconds(at))
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_with_a_round_number_above_all_values() {
        for (value, top) in
            [(0.0, 10.0), (10.0, 10.0), (10.1, 20.0), (51.0, 100.0), (190.0, 200.0), (900.0, 1000.0)]
        {
            assert!((ceiling(value) - top).abs() < 1e-9, "{value}");
        }
    }

    #[test]
    fn words_say_what_the_line_shows() {
        let points = vec![(0, 0.0), (500, 90.0), (1000, 30.0)];
        let chart = Chart { id: "a".to_owned(), title: "Processor: x".to_owned(), unit: "%", points };
        assert_eq!(words(&chart), "on average 40 %, at most 90 % after 0.5 s");
        let drawn = figure(&chart).into_string();
        assert!(drawn.contains("d=\"M46.0 124.0L198.0 35.8L350.0 94.6\""), "{drawn}");
    }

    #[test]
    fn one_point_and_none_are_drawn() {
        let chart = |points| Chart { id: "a".to_owned(), title: "x".to_owned(), unit: "%", points };
        assert!(figure(&chart(vec![(0, 1.0)])).into_string().contains("M46.0"));
        assert_eq!(figure(&chart(vec![])).into_string(), "");
    }
}
