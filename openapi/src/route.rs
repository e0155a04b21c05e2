//! Finds the operation of a method and a path. The most specific template that has the method
//! wins, segment by segment from the left: literal text before `{id}.json` before `{id}`.

mod nearest;
mod server;
mod template;

use std::collections::HashMap;

pub(crate) use server::{prefixes, server_urls};
pub(crate) use template::{Pattern, Template};

use crate::percent::Segment;

/// All operations of a document, in a tree of path segments.
#[derive(Debug)]
pub(crate) struct Router {
    nodes: Vec<Node>,
    /// Path prefixes of all servers; the first is the empty one.
    prefixes: Vec<Prefix>,
    /// Places in `prefixes`, the longest prefix first.
    longest_first: Vec<usize>,
    /// Each template once, as the document writes it, for hints.
    templates: Vec<(String, Template)>,
}

#[derive(Debug, Default)]
struct Node {
    literals: HashMap<Vec<u8>, usize>,
    /// The most specific first.
    patterns: Vec<(Pattern, usize)>,
    routes: Vec<Route>,
}

#[derive(Debug)]
struct Route {
    method: String,
    operation: usize,
    /// Operations of other paths that answer the same requests: a document should not have them, and
    /// some have.
    others: Vec<usize>,
    /// The prefixes of the operation's servers. A path without any prefix is always let in: it is
    /// what a client sends to a base URL that holds the prefix already.
    prefixes: Vec<usize>,
}

#[derive(Debug, PartialEq, Eq)]
struct Prefix(Vec<Vec<u8>>);

/// An operation that answers, and what its path parameters hold, percent-encoded as sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found<'a> {
    pub operation: usize,
    /// Others that answer the same requests.
    pub others: Vec<usize>,
    pub captures: Vec<&'a str>,
}

/// Why no operation answers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Miss {
    /// Templates match, but have other methods: these are their operations.
    Method { operations: Vec<usize> },
    /// No template matches; these come nearest.
    Path { nearest: Vec<String> },
}

/// Two operations that answer the same requests.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Duplicate {
    pub first: usize,
}

impl Default for Router {
    fn default() -> Self {
        Self {
            nodes: vec![Node::default()],
            prefixes: vec![Prefix(Vec::new())],
            longest_first: vec![0],
            templates: Vec::new(),
        }
    }
}

impl Router {
    /// Adds a path, for hints, once for all its operations.
    pub fn add_path(&mut self, path: &str, template: &Template) {
        self.templates.push((path.to_owned(), template.clone()));
    }

    /// Adds an operation whose servers have the path prefixes `prefixes`. One that answers the same
    /// requests as another is added beside it, and told of.
    pub fn add(
        &mut self,
        method: &str,
        template: &Template,
        prefixes: &[String],
        operation: usize,
    ) -> Result<(), Duplicate> {
        let prefixes = prefixes.iter().map(|prefix| self.prefix(prefix)).collect();
        let node = template.segments.iter().fold(0, |node, pattern| self.child(node, pattern));
        let routes = &mut self.nodes[node].routes;
        if let Some(route) = routes.iter_mut().find(|route| route.method == method) {
            route.others.push(operation);
            return Err(Duplicate { first: route.operation });
        }
        routes.push(Route { method: method.to_owned(), operation, others: Vec::new(), prefixes });
        Ok(())
    }

    /// The operation for `method` and `path`. A prefix is taken off where one matches, the longest
    /// first; the whole path is tried last.
    pub fn find<'a>(&self, method: &str, path: &'a str) -> Result<Found<'a>, Miss> {
        self.find_by(method, path, false)
    }

    /// The same, where upper and lower case may be one.
    pub fn find_by<'a>(&self, method: &str, path: &'a str, ignore_case: bool) -> Result<Found<'a>, Miss> {
        let mut passed = Vec::new();
        let segments: Vec<Segment<'a>> = match path.strip_prefix('/') {
            Some(rest) => rest.split('/').map(Segment::new).collect(),
            None => return Err(self.miss(path, passed)),
        };
        for &prefix in &self.longest_first {
            let Some(rest) = self.prefixes[prefix].strip(&segments) else { continue };
            let mut walk = Walk { router: self, method, prefix, ignore_case, passed: &mut passed };
            if let Some(found) = walk.node(0, rest) {
                return Ok(found);
            }
        }
        Err(self.miss(path, passed))
    }

    fn miss(&self, path: &str, operations: Vec<usize>) -> Miss {
        if operations.is_empty() {
            return Miss::Path { nearest: nearest::nearest(path, &self.templates) };
        }
        Miss::Method { operations }
    }

    fn prefix(&mut self, text: &str) -> usize {
        let segments = text.split('/').filter(|segment| !segment.is_empty());
        let prefix = Prefix(segments.map(|segment| Segment::new(segment).bytes().to_vec()).collect());
        if let Some(known) = self.prefixes.iter().position(|other| *other == prefix) {
            return known;
        }
        let id = self.prefixes.len();
        self.prefixes.push(prefix);
        self.longest_first.push(id);
        self.longest_first.sort_by_key(|id| std::cmp::Reverse(self.prefixes[*id].0.len()));
        id
    }

    fn child(&mut self, parent: usize, pattern: &Pattern) -> usize {
        let next = self.nodes.len();
        let node = &mut self.nodes[parent];
        let child = if let Some(literal) = pattern.literal() {
            *node.literals.entry(literal.to_vec()).or_insert(next)
        } else if let Some((_, child)) = node.patterns.iter().find(|(known, _)| known == pattern) {
            *child
        } else {
            let rank = pattern.rank();
            let at = node.patterns.partition_point(|(known, _)| known.rank() <= rank);
            node.patterns.insert(at, (pattern.clone(), next));
            next
        };
        if child == next {
            self.nodes.push(Node::default());
        }
        child
    }
}

impl Prefix {
    /// The segments behind the prefix; none where it does not match.
    fn strip<'s, 'a>(&self, segments: &'s [Segment<'a>]) -> Option<&'s [Segment<'a>]> {
        let (head, rest) = segments.split_at_checked(self.0.len())?;
        let equal = head.iter().zip(&self.0).all(|(segment, text)| segment.bytes() == text);
        equal.then_some(rest)
    }
}

/// One search, from the most specific branch on. A node is reached over one chain of segments
/// alone, so no node is ever seen twice and a hostile path costs no more than the tree is large.
struct Walk<'r> {
    router: &'r Router,
    method: &'r str,
    prefix: usize,
    ignore_case: bool,
    /// Operations whose path matches and whose method does not.
    passed: &'r mut Vec<usize>,
}

impl Walk<'_> {
    fn node<'a>(&mut self, id: usize, segments: &[Segment<'a>]) -> Option<Found<'a>> {
        let node = &self.router.nodes[id];
        let Some((segment, rest)) = segments.split_first() else { return self.route(node) };
        if let Some(child) = node.literals.get(segment.bytes())
            && let Some(found) = self.node(*child, rest)
        {
            return Some(found);
        }
        if self.ignore_case
            && let Some(found) = self.in_any_case(node, segment, rest)
        {
            return Some(found);
        }
        for (pattern, child) in &node.patterns {
            if let Some(mut captures) = pattern.capture(segment)
                && let Some(mut found) = self.node(*child, rest)
            {
                captures.append(&mut found.captures);
                return Some(Found { captures, ..found });
            }
        }
        None
    }

    /// The children that are written in another case, in their own order: a map has none.
    fn in_any_case<'a>(
        &mut self,
        node: &Node,
        segment: &Segment<'a>,
        rest: &[Segment<'a>],
    ) -> Option<Found<'a>> {
        let alike = node.literals.iter().filter(|(text, _)| text.eq_ignore_ascii_case(segment.bytes()));
        let mut children: Vec<usize> = alike.map(|(_, child)| *child).collect();
        children.sort_unstable();
        children.into_iter().find_map(|child| self.node(child, rest))
    }

    fn route<'a>(&mut self, node: &Node) -> Option<Found<'a>> {
        let whole = self.router.prefixes[self.prefix].0.is_empty();
        let open = |route: &&Route| whole || route.prefixes.contains(&self.prefix);
        for route in node.routes.iter().filter(open) {
            if route.method.eq_ignore_ascii_case(self.method) {
                let others = route.others.clone();
                return Some(Found { operation: route.operation, others, captures: Vec::new() });
            }
            self.passed.push(route.operation);
        }
        None
    }
}

#[cfg(test)]
mod tests;
