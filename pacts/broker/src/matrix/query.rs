//! What is asked of the matrix, read from the query strings and routes that the Pact Broker has.

use super::nested::Nested;
use crate::Model;
use crate::draft::Refusal;

/// Which versions of a pacticipant are meant: those that fit everything that is set, and every one where
/// nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    pub version: Option<String>,
    /// Of those that fit, only the one that was created last.
    pub latest: bool,
    pub tag: Option<String>,
    pub branch: Option<String>,
    pub main_branch: bool,
    /// By name: the versions that are deployed or released there now.
    pub environment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    pub pacticipant: String,
    pub wish: Wish,
}

/// Where any version of a provider will do, which of those that verified a pact have a row. A version
/// that was selected always has its row: it may be the one that breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LatestBy {
    /// The last result of each consumer version and provider version.
    ConsumerVersionProviderVersion,
    /// The last provider version of each consumer version and provider.
    ConsumerVersionProvider,
}

/// Which part of the rows is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// From 1.
    pub number: usize,
    pub size: usize,
}

impl Page {
    const DEFAULT: Self = Self { number: 1, size: 1000 };
    const MAX_SIZE: usize = 10_000;

    pub(super) fn cut<T>(self, rows: Vec<T>) -> Vec<T> {
        let before = self.number.saturating_sub(1).saturating_mul(self.size);
        rows.into_iter().skip(before).take(self.size).collect()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub selectors: Vec<Selector>,
    /// Which versions of the pacticipants that are not named, but have a pact with one that is.
    pub target: Wish,
    /// None: every result has its row.
    pub latest_by: Option<LatestBy>,
    /// Shows only rows of these outcomes; all where it is empty. The verdict does not look at it.
    pub success: Vec<Option<bool>>,
    /// Only `pacticipant` and `version` count.
    pub ignore: Vec<Selector>,
    pub page: Page,
}

/// More than anybody deploys at once; each one costs a walk.
const MAX_SELECTORS: usize = 500;

impl Default for Query {
    fn default() -> Self {
        Self {
            selectors: Vec::new(),
            target: Wish::default(),
            latest_by: Some(LatestBy::ConsumerVersionProviderVersion),
            success: Vec::new(),
            ignore: Vec::new(),
            page: Page::DEFAULT,
        }
    }
}

impl Query {
    /// Of `GET /matrix`. `raw` is what follows the question mark.
    pub fn parse(raw: &str) -> Result<Self, Refusal> {
        let nested = Nested::parse(raw);
        let mut wrong = Vec::new();
        let selectors = selectors(&nested, "q", &mut wrong);
        let ignore = selectors_to_ignore(&nested, &mut wrong);
        let latest_by = match nested.value("latestby") {
            None => None,
            Some("cvpv") => Some(LatestBy::ConsumerVersionProviderVersion),
            Some("cvp") => Some(LatestBy::ConsumerVersionProvider),
            Some(other) => {
                wrong.push(format!("latestby {other:?} is not known: it is cvpv or cvp"));
                None
            }
        };
        let target = target(&nested);
        let success = nested.values("success").map(outcome).collect();
        let page = page(&nested, &mut wrong);
        refuse(wrong)?;
        Ok(Self { selectors, target, latest_by, success, ignore, page })
    }

    /// Of `GET /can-i-deploy`: one version, to an environment, to a tag (`to`), or else to the latest
    /// versions of the others.
    pub fn can_i_deploy(raw: &str) -> Result<Self, Refusal> {
        let nested = Nested::parse(raw);
        let missing: Vec<(String, Vec<String>)> = ["pacticipant", "version"]
            .into_iter()
            .filter(|field| nested.value(field).is_none())
            .map(|field| (field.to_owned(), vec!["is missing".to_owned()]))
            .collect();
        if !missing.is_empty() {
            return Err(Refusal::Invalid(missing));
        }
        let mut wrong = Vec::new();
        let ignore = selectors_to_ignore(&nested, &mut wrong);
        refuse(wrong)?;
        let version = Wish { version: owned(nested.value("version")), ..Wish::default() };
        let (tag, environment) = (owned(nested.value("to")), owned(nested.value("environment")));
        let latest = environment.is_none();
        let target = Wish { latest, tag, environment, ..Wish::default() };
        let pacticipant = nested.value("pacticipant").unwrap_or_default();
        Ok(Self { ignore, ..Self::one(pacticipant, version, target) })
    }

    /// The latest version of a branch, to an environment.
    #[must_use]
    pub fn branch_to_environment(pacticipant: &str, branch: &str, environment: &str) -> Self {
        let from = Wish { branch: Some(branch.to_owned()), latest: true, ..Wish::default() };
        let to = Wish { environment: Some(environment.to_owned()), ..Wish::default() };
        Self::one(pacticipant, from, to)
    }

    /// The latest version with a tag, to the latest versions of the others with another tag.
    #[must_use]
    pub fn tag_to_tag(pacticipant: &str, tag: &str, to: &str) -> Self {
        Self::one(pacticipant, Wish::latest_tagged(tag), Wish::latest_tagged(to))
    }

    /// The latest version of the main branch, to the latest of the others' main branches.
    #[must_use]
    pub fn can_i_merge(pacticipant: &str) -> Self {
        let main = Wish { main_branch: true, latest: true, ..Wish::default() };
        Self::one(pacticipant, main.clone(), main)
    }

    /// Every version of two, or the latest with a tag of each.
    #[must_use]
    pub fn between(consumer: (&str, Option<&str>), provider: (&str, Option<&str>)) -> Self {
        let selector = |(pacticipant, tag): (&str, Option<&str>)| Selector {
            pacticipant: pacticipant.to_owned(),
            wish: tag.map(Wish::latest_tagged).unwrap_or_default(),
        };
        Self { selectors: vec![selector(consumer), selector(provider)], ..Self::default() }
    }

    fn one(pacticipant: &str, wish: Wish, target: Wish) -> Self {
        let selectors = vec![Selector { pacticipant: pacticipant.to_owned(), wish }];
        Self { selectors, target, ..Self::default() }
    }

    /// Whether others than the named are asked about by a rule of their own.
    pub(super) fn infers(&self) -> bool {
        !self.target.is_open()
    }

    /// Refuses what names something that is not there, or what cannot be meant.
    pub(super) fn check(&self, model: &Model) -> Result<(), Refusal> {
        let mut wrong = Vec::new();
        if self.selectors.is_empty() {
            wrong.push("name at least one pacticipant: q[][pacticipant]=NAME".to_owned());
        }
        if self.selectors.len().max(self.ignore.len()) > MAX_SELECTORS {
            wrong.push(format!("there are more than {MAX_SELECTORS} selectors: ask in parts"));
        }
        for Selector { pacticipant, wish } in &self.selectors {
            if model.find(pacticipant).is_none() {
                wrong.push(format!("pacticipant {pacticipant:?} is not known"));
            }
            if wish.version.is_some() && wish.latest {
                wrong.push(format!("version and latest are both given for {pacticipant:?}: give one"));
            }
        }
        let Wish { tag, environment, latest, .. } = &self.target;
        if environment.is_some() && (tag.is_some() || *latest) {
            let what = if tag.is_some() { "a tag" } else { "latest" };
            wrong.push(format!("{what} and an environment are both given as target: give one"));
        }
        let named = self.selectors.iter().map(|selector| &selector.wish).chain([&self.target]);
        for name in named.filter_map(|wish| wish.environment.as_ref()) {
            if model.environment_named(name).is_none() {
                wrong.push(format!("environment {name:?} is not known: create it, or see /environments"));
            }
        }
        refuse(wrong)
    }
}

impl Wish {
    fn latest_tagged(tag: &str) -> Self {
        Self { tag: Some(tag.to_owned()), latest: true, ..Self::default() }
    }

    /// Every version is meant.
    pub(super) fn is_open(&self) -> bool {
        *self == Self::default()
    }
}

fn target(nested: &Nested) -> Wish {
    Wish {
        version: None,
        latest: nested.is_true("latest"),
        tag: owned(nested.value("tag")),
        branch: owned(nested.value("branch")),
        main_branch: nested.is_true("mainBranch"),
        environment: owned(nested.value("environment")),
    }
}

/// A field that is not known is refused: to leave it out would answer another question.
fn selectors(nested: &Nested, list: &str, wrong: &mut Vec<String>) -> Vec<Selector> {
    let mut selectors = Vec::new();
    for object in nested.objects(list) {
        let mut selector = Selector::default();
        for (field, value) in object {
            let text = (!value.is_empty()).then(|| value.to_owned());
            match field {
                "pacticipant" => value.clone_into(&mut selector.pacticipant),
                "version" => selector.wish.version = text,
                "latest" => selector.wish.latest = value == "true",
                "tag" => selector.wish.tag = text,
                "branch" => selector.wish.branch = text,
                "mainBranch" => selector.wish.main_branch = value == "true",
                "environment" => selector.wish.environment = text,
                _ => wrong.push(format!(
                    "{list}[][{field}] is not known: it is pacticipant, version, latest, tag, branch, mainBranch or environment"
                )),
            }
        }
        if selector.pacticipant.is_empty() {
            wrong.push(format!(
                "a selector of {list} names no pacticipant: start it with {list}[][pacticipant]=NAME"
            ));
        }
        selectors.push(selector);
    }
    selectors
}

fn selectors_to_ignore(nested: &Nested, wrong: &mut Vec<String>) -> Vec<Selector> {
    let ignore = selectors(nested, "ignore", wrong);
    for Selector { pacticipant, wish } in &ignore {
        if (Wish { version: None, ..wish.clone() }) != Wish::default() {
            wrong.push(format!("{pacticipant:?} is ignored whole or by version: give nothing else"));
        }
    }
    ignore
}

fn page(nested: &Nested, wrong: &mut Vec<String>) -> Page {
    let mut number = |key: &str| {
        let value = nested.value(key)?;
        let number = value.parse().ok().filter(|number| *number > 0);
        if number.is_none() {
            wrong.push(format!("{key} {value:?} is no number above 0"));
        }
        number
    };
    let size = number("pageSize").or_else(|| number("limit")).unwrap_or(Page::DEFAULT.size);
    Page { number: number("pageNumber").unwrap_or(1), size: size.min(Page::MAX_SIZE) }
}

fn outcome(value: &str) -> Option<bool> {
    (!value.is_empty()).then_some(value == "true")
}

fn owned(value: Option<&str>) -> Option<String> {
    value.map(str::to_owned)
}

fn refuse(wrong: Vec<String>) -> Result<(), Refusal> {
    if wrong.is_empty() { Ok(()) } else { Err(Refusal::Wrong(wrong)) }
}
