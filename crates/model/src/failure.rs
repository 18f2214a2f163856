//! Failures: a stable code, values that are safe to show, and words. Nothing of a response, token or payload gets in,
//! because there is no way to put a free text into a [`Failure`].

mod code;
mod graph_code;
mod safe;
mod words;

pub use code::{Code, Retry};
pub use graph_code::GraphCode;
pub use safe::SafeValue;

use serde::{Deserialize, Serialize};

/// Why something went wrong, in a form that may be stored, logged and shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct Failure {
    code: Code,
    params: Vec<(&'static str, SafeValue)>,
}

impl Failure {
    /// The name of the detail that holds Microsoft's id of the request. It is no part of the sentence: equal failures of different
    /// requests are counted together.
    pub const REQUEST_ID: &'static str = "request_id";

    /// A failure without details.
    #[must_use]
    pub const fn new(code: Code) -> Self {
        Self { code, params: Vec::new() }
    }

    /// Adds a detail. `name` is a word of our own, e.g. `"resource_type"`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<SafeValue>) -> Self {
        self.params.push((name, value.into()));
        self
    }

    /// The same details under a code that says more.
    #[must_use]
    pub fn meaning(self, code: Code) -> Self {
        Self { code, ..self }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// The details, in the order in which they were added.
    #[must_use]
    pub fn params(&self) -> &[(&'static str, SafeValue)] {
        &self.params
    }

    /// Adds Microsoft's id of the request that failed; a text that is no such id is left out.
    #[must_use]
    pub fn of_request(self, id: &str) -> Self {
        match id.parse::<uuid::Uuid>() {
            Ok(id) if self.request_id().is_none() => self.with(Self::REQUEST_ID, id),
            _ => self,
        }
    }

    /// Microsoft's id of the request that failed, for their support.
    #[must_use]
    pub fn request_id(&self) -> Option<uuid::Uuid> {
        self.params.iter().find_map(|(name, value)| match value {
            SafeValue::Id(id) if *name == Self::REQUEST_ID => Some(*id),
            _ => None,
        })
    }

    /// What happened, in a sentence for people.
    #[must_use]
    pub fn message(&self) -> String {
        words::message(self)
    }
}

/// A line of a run's failure summary, as stored: failures with the same code and message are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureLine {
    /// The stable code.
    pub code: String,
    /// The sentence for people.
    pub message: String,
    /// How often it happened; absent means once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// Which item, as a resource type key or an id of ours; absent when it concerns the whole run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Microsoft's id of the first request that failed so, for their support.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<uuid::Uuid>,
}

impl FailureLine {
    /// A line for one failure.
    #[must_use]
    pub fn of(failure: &Failure, item: Option<&str>) -> Self {
        Self {
            code: failure.code().code().to_owned(),
            message: failure.message(),
            count: None,
            item: item.map(str::to_owned),
            request_id: failure.request_id(),
        }
    }

    /// How often it happened.
    #[must_use]
    pub fn times(&self) -> u64 {
        self.count.unwrap_or(1)
    }
}

/// Adds a failure to a summary: the same code, message and item is counted, not repeated. At most `limit` different
/// lines are kept; later ones are counted on the last line of the same code, else dropped from the list only.
pub fn add_line(summary: &mut Vec<FailureLine>, line: FailureLine, limit: usize) {
    let full = summary.len() >= limit;
    let same = summary
        .iter_mut()
        .rfind(|have| have.code == line.code && (full || (have.message == line.message && have.item == line.item)));
    match same {
        Some(have) => have.count = Some(have.times() + line.times()),
        None if full => {}
        None => summary.push(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_append_only() {
        let golden: Vec<&str> = include_str!("../tests/failure_codes.txt").lines().collect();
        let ours: Vec<&str> = Code::ALL.iter().map(|c| c.code()).collect();
        assert_eq!(ours[..golden.len().min(ours.len())], golden[..], "a code was removed or renamed");
        assert_eq!(ours.len(), golden.len(), "add the new code at the end of tests/failure_codes.txt");
    }

    #[test]
    fn every_code_has_words() {
        for code in Code::ALL {
            let message = Failure::new(*code).message();
            assert!(message.ends_with('.') && message.len() > 10, "{code}: {message}");
        }
    }

    #[test]
    fn equal_failures_are_counted_together() {
        let mut summary = Vec::new();
        let line = FailureLine::of(&Failure::new(Code::GraphForbidden), Some("scope_tag"));
        add_line(&mut summary, line.clone(), 10);
        add_line(&mut summary, line, 10);
        assert_eq!(summary.len(), 1);
        assert_eq!(summary[0].times(), 2);
    }
}
