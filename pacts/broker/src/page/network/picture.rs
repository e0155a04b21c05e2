//! The picture of who relies on whom. It says nothing that the table below it does not say, so it is
//! hidden from who listens to the page.

use std::collections::HashMap;

use maud::{Markup, html};

use super::Relation;
use super::layout::layout;
use crate::Model;
use crate::model::PacticipantId;
use crate::page::links::Links;
use crate::page::words::{counted, cut, said};

const WIDTH: usize = 176;
const HEIGHT: usize = 40;
/// From one column, and one row, to the next.
const COLUMN: usize = 300;
const ROW: usize = 76;
const MARGIN: usize = 24;
/// So many characters of a name fit.
const NAME: usize = 19;
/// With more, nobody could follow a line.
const MOST: usize = 80;

pub struct Picture;

struct Place {
    x: usize,
    y: usize,
}

impl Picture {
    pub fn of(model: &Model, links: &Links, relations: &[Relation<'_>]) -> Markup {
        let mut numbers: HashMap<PacticipantId, usize> = HashMap::new();
        let mut services = Vec::new();
        let mut by_name: Vec<_> = relations
            .iter()
            .flat_map(|it| [(&it.consumer.name, it.consumer.id), (&it.provider.name, it.provider.id)])
            .collect();
        by_name.sort_unstable();
        by_name.dedup();
        for (_, id) in by_name {
            numbers.insert(id, services.len());
            services.push(id);
        }
        if services.is_empty() {
            return html! { p { "No service relies on another yet." } };
        }
        if services.len() > MOST {
            return html! {
                p.note { (counted(services.len(), "service")) " are too many for a picture: see the table." }
            };
        }
        let edges: Vec<(usize, usize)> =
            relations.iter().map(|it| (numbers[&it.consumer.id], numbers[&it.provider.id])).collect();
        let places = layout(services.len(), &edges);
        let boxes: Vec<Place> = places
            .iter()
            .map(|(column, row)| Place { x: MARGIN + column * COLUMN, y: MARGIN + row * ROW })
            .collect();
        let width = boxes.iter().map(|it| it.x).max().unwrap_or(0) + WIDTH + MARGIN;
        let height = boxes.iter().map(|it| it.y).max().unwrap_or(0) + ROW;
        html! {
            div.wide.network {
                svg width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } aria-hidden="true" {
                    defs {
                        marker #arrow viewBox="0 0 8 8" refX="7" refY="4" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto" {
                            path d="M0 0L8 4L0 8z" {}
                        }
                    }
                    @for (relation, (from, to)) in relations.iter().zip(&edges) {
                        @if from != to { (line(links, relation, &boxes[*from], &boxes[*to])) }
                    }
                    @for (id, at) in services.iter().zip(&boxes) {
                        (service(links, &model.pacticipant(*id).name, at))
                    }
                }
            }
        }
    }
}

fn service(links: &Links, name: &str, at: &Place) -> Markup {
    let short = if name.chars().count() > NAME {
        format!("{}…", name.chars().take(NAME - 1).collect::<String>())
    } else {
        name.to_owned()
    };
    html! {
        a.service href=(links.pacticipant(name)) tabindex="-1" {
            title { (cut(name, 200)) }
            rect x=(at.x) y=(at.y) width=(WIDTH) height=(HEIGHT) rx="6" {}
            text x=(at.x + WIDTH / 2) y=(at.y + HEIGHT / 2 + 5) text-anchor="middle" { (said(&short)) }
        }
    }
}

fn line(links: &Links, relation: &Relation<'_>, from: &Place, to: &Place) -> Markup {
    let word = relation.standing.word();
    let (path, (x, y)) = if from.x < to.x { forth(from, to) } else { back(from, to) };
    html! {
        a.relation.(word.as_str()) href=(links.pair(&relation.consumer.name, &relation.provider.name)) tabindex="-1" {
            title { (cut(&relation.consumer.name, 200)) " relies on " (cut(&relation.provider.name, 200)) ": " (word.as_str()) }
            path d=(path) marker-end="url(#arrow)" {}
            text x=(x) y=(y) text-anchor="middle" { (word.sign()) " " (word.as_str()) }
        }
    }
}

/// From the right side of one to the left side of the other; and the place of its word, near its start, where
/// lines that end together are still apart.
fn forth(from: &Place, to: &Place) -> (String, (usize, usize)) {
    let (x1, y1, x2, y2) = (from.x + WIDTH, from.y + HEIGHT / 2, to.x, to.y + HEIGHT / 2);
    let middle = usize::midpoint(x1, x2);
    // The curve's own point after a third of it.
    let (x, y) = ((17 * x1 + 10 * x2) / 27, (20 * y1 + 7 * y2) / 27);
    (format!("M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"), (x, y - 5))
}

/// Against the columns' direction: below both.
fn back(from: &Place, to: &Place) -> (String, (usize, usize)) {
    let (x1, y1, x2, y2) = (from.x + WIDTH / 2, from.y + HEIGHT, to.x + WIDTH / 2 + 20, to.y + HEIGHT);
    let low = y1.max(y2) + 26;
    (format!("M{x1} {y1}C{x1} {low} {x2} {low} {x2} {y2}"), (usize::midpoint(x1, x2), low - 2))
}
