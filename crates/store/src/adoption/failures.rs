//! The failures of an older run: their codes and how often, in the words of today. Nothing that it says is copied.

use model::failure::{Code, Failure, FailureLine, add_line};
use serde_json::Value;

/// Lines that are kept of a run.
const LINES: usize = 50;

/// Codes of earlier versions, and what they are called now.
const OLDER: &[(&str, Code)] = &[
    ("graph_throttled", Code::GraphThrottled),
    ("graph_forbidden", Code::GraphForbidden),
    ("graph_timeout", Code::GraphTimeout),
    ("throttled", Code::GraphThrottled),
    ("permission_denied", Code::GraphForbidden),
    ("provider_auth_failed", Code::CredentialsInvalid),
    ("provider_consent_missing", Code::ConsentMissing),
    ("run.cancelled_by_user", Code::RunCancelled),
    ("queue_dispatch_failed", Code::QueueDispatchFailed),
];

/// Today's code for an older one.
pub(super) fn code(older: &str) -> Code {
    match Code::from_code(older) {
        Code::Unknown => OLDER.iter().find(|(name, _)| *name == older).map_or(Code::RunAdoptedFailure, |(_, code)| *code),
        known => known,
    }
}

/// The lines that are kept of what is stored.
pub(super) fn lines(stored: Option<&Value>) -> Vec<FailureLine> {
    let mut lines = Vec::new();
    for stored in stored.and_then(Value::as_array).into_iter().flatten() {
        let mut line = FailureLine::of(&Failure::new(code(stored["code"].as_str().unwrap_or_default())), None);
        line.count = stored["count"].as_u64().filter(|count| *count > 1);
        add_line(&mut lines, line, LINES);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_are_made_from_codes_and_never_copied() {
        let stored = json!([
            { "code": "graph.forbidden", "message": "canary", "count": 3, "item": "canary" },
            { "code": "graph_throttled", "message": "Bearer canary" },
            { "code": "canary.code", "message": "canary" },
            { "code": "another canary" },
            "canary",
        ]);
        let lines = lines(Some(&stored));
        let codes: Vec<_> = lines.iter().map(|line| (line.code.as_str(), line.count)).collect();
        assert_eq!(codes, [("graph.forbidden", Some(3)), ("graph.throttled", None), ("run.adopted_failure", Some(3))]);
        assert!(!serde_json::to_string(&lines).unwrap().contains("canary"));
        assert!(super::lines(Some(&json!({ "code": "graph.forbidden" }))).is_empty());
    }

    #[test]
    fn each_older_code_is_unknown_today() {
        assert!(OLDER.iter().all(|(name, _)| Code::from_code(name) == Code::Unknown));
    }
}
