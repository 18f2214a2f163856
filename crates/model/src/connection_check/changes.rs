//! What changed between two reports.

use super::{Check, CheckStatus, Report};

/// What changed since an earlier report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes<'a> {
    /// What did not work then and does now.
    pub fixed: Vec<&'a Check>,
    /// What works no longer, or was not looked at then and does not work.
    pub broken: Vec<&'a Check>,
}

impl Changes<'_> {
    /// Whether anything did.
    #[must_use]
    pub const fn any(&self) -> bool {
        !self.fixed.is_empty() || !self.broken.is_empty()
    }
}

impl Report {
    /// What changed since `before`. What was only skipped in one of the two tells of no repair.
    #[must_use]
    pub fn since(&self, before: &Self) -> Changes<'_> {
        let mut changes = Changes::default();
        for check in &self.checks {
            let then = before.find(&check.key).map_or(CheckStatus::Skip, |check| check.status);
            match (then, check.status) {
                (CheckStatus::Fail, CheckStatus::Pass | CheckStatus::Warn) | (CheckStatus::Warn, CheckStatus::Pass) => {
                    changes.fixed.push(check);
                }
                (CheckStatus::Pass | CheckStatus::Warn | CheckStatus::Skip, CheckStatus::Fail) => changes.broken.push(check),
                (CheckStatus::Pass, CheckStatus::Warn) => changes.broken.push(check),
                _ => {}
            }
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CheckKey, Reason};
    use super::*;
    use crate::failure::Code;

    fn report(checks: Vec<Check>) -> Report {
        Report { checks, ..Report::default() }
    }

    #[test]
    fn what_was_repaired_and_what_broke_is_told_apart() {
        let key = |name: &str| CheckKey::of_type(name);
        let before = report(vec![
            Check::failed(key("a"), Code::GraphForbidden),
            Check::passed(key("b")),
            Check::because(key("c"), CheckStatus::Skip, Reason::NeedsSignIn),
            Check::failed(key("d"), Code::GraphForbidden),
            Check::failed(key("e"), Code::GraphForbidden),
        ]);
        let now = report(vec![
            Check::passed(key("a")),
            Check::failed(key("b"), Code::GraphTimeout),
            Check::failed(key("c"), Code::GraphTimeout),
            Check::failed(key("d"), Code::GraphTimeout),
            Check::because(key("e"), CheckStatus::Skip, Reason::NeedsSignIn),
        ]);
        let changes = now.since(&before);
        let keys = |checks: &[&Check]| checks.iter().map(|check| check.key.as_str().to_owned()).collect::<Vec<_>>();
        assert_eq!(keys(&changes.fixed), ["type:a"]);
        assert_eq!(keys(&changes.broken), ["type:b", "type:c"]);
        assert!(!now.since(&now).any());
    }

    #[test]
    fn a_report_survives_storage_and_what_a_newer_version_wrote_is_unknown() {
        let stored = serde_json::json!({ "checks": [
            { "key": "sign_in", "status": "pass", "ms": 3 },
            { "key": "from_the_future", "status": "maybe", "code": "check.novel" },
        ]});
        let read: Report = serde_json::from_value(stored).unwrap();
        assert_eq!(read.checks[1].status, CheckStatus::Unknown);
        assert!(read.checks[1].words().is_some() && read.checks[1].key.label().contains("does not know"));
        let again: Report = serde_json::from_value(serde_json::to_value(&read).unwrap()).unwrap();
        assert_eq!(again.checks[0], read.checks[0]);
        assert_eq!(read.worst(), CheckStatus::Pass);
    }

    #[test]
    fn every_reason_has_words() {
        for reason in Reason::ALL {
            assert!(reason.words().ends_with('.'), "{reason}");
            assert_eq!(crate::failure::Code::from_code(reason.code()), Code::Unknown, "a reason is no failure's code");
        }
    }
}
