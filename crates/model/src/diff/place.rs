//! Where in an object something differs.

use std::fmt::Write as _;

/// One step inward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// Into the member of that name.
    Member(&'a str),
    /// Into an element of a list, at its place before and its place after; `None` where it is not there.
    Element {
        /// Its index before.
        before: Option<usize>,
        /// Its index after.
        after: Option<usize>,
    },
}

/// The way as a JSON Pointer (RFC 6901) into the state before; `None` when it leads to nothing there.
#[must_use]
pub fn pointer_before(path: &[Step<'_>]) -> Option<String> {
    pointer(path, |before, _| before)
}

/// The same into the state after.
#[must_use]
pub fn pointer_after(path: &[Step<'_>]) -> Option<String> {
    pointer(path, |_, after| after)
}

fn pointer(path: &[Step<'_>], side: fn(Option<usize>, Option<usize>) -> Option<usize>) -> Option<String> {
    let mut text = String::new();
    for step in path {
        text.push('/');
        match step {
            Step::Member(name) => escape(name, &mut text),
            // Writing into a String cannot fail.
            Step::Element { before, after } => _ = write!(text, "{}", side(*before, *after)?),
        }
    }
    Some(text)
}

/// The way in a line that people can read: `assignments[2].target.groupId`. An element is told by its place after, or before where it is
/// gone; places count from 0, as in pointers.
#[must_use]
pub fn path_words(path: &[Step<'_>]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Member(name) if text.is_empty() => text.push_str(name),
            // Writing into a String cannot fail.
            Step::Member(name) => _ = write!(text, ".{name}"),
            Step::Element { before, after } => _ = write!(text, "[{}]", after.or(*before).unwrap_or_default()),
        }
    }
    text
}

/// A name as a reference token: `~` is `~0`, `/` is `~1`.
pub(super) fn escape(name: &str, out: &mut String) {
    for c in name.chars() {
        match c {
            '~' => out.push_str("~0"),
            '/' => out.push_str("~1"),
            c => out.push(c),
        }
    }
}

/// Ways that share their beginnings: each is a step from another one.
#[derive(Debug)]
pub(super) struct Ways<S>(Vec<(usize, S)>);

/// The way of no step.
pub(super) const ROOT: usize = usize::MAX;

impl<S: Copy> Ways<S> {
    /// None yet, but that of no step.
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    /// The way that goes one step further.
    pub(super) fn further(&mut self, from: usize, step: S) -> usize {
        self.0.push((from, step));
        self.0.len() - 1
    }

    /// The steps of a way, outermost first.
    pub(super) fn steps(&self, way: usize) -> Vec<S> {
        let mut steps = Vec::new();
        let mut at = way;
        while let Some((from, step)) = self.0.get(at) {
            steps.push(*step);
            at = *from;
        }
        steps.reverse();
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_escapes_what_it_must_and_leads_nowhere_where_nothing_is() {
        let path = [Step::Member("a/b~c"), Step::Element { before: Some(2), after: None }, Step::Member("")];
        assert_eq!(pointer_before(&path).as_deref(), Some("/a~1b~0c/2/"));
        assert_eq!(pointer_after(&path), None);
        assert_eq!(pointer_after(&[]).as_deref(), Some(""));
        assert_eq!(path_words(&path), "a/b~c[2].");
    }
}
