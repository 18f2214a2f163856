//! What a document is, before its first block.

use super::{Period, ReportKind, at};
use crate::ids::{ReportId, RunId, TenantId};
use crate::time::Moment;

/// What a document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportHead {
    /// What it tells.
    pub kind: ReportKind,
    /// What it speaks of: the name of a tenant, or how many tenants.
    pub subject: String,
    /// About which time, where it is about one.
    pub period: Option<Period>,
    /// When it was made.
    pub made_at: Moment,
}

impl ReportHead {
    /// Its title.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{}: {}", self.kind.label(), self.subject)
    }

    /// About which time, in words.
    #[must_use]
    pub fn time_words(&self) -> String {
        let made = at(self.made_at);
        self.period
            .map_or_else(|| format!("As it was known at {made}."), |period| format!("About {}. Made at {made}.", period.words()))
    }

    /// What its file is called, without ending: ASCII letters, digits and hyphens.
    #[must_use]
    pub fn file_name(&self) -> String {
        let day: String = self.made_at.to_utc_words().chars().take(10).collect();
        let subject: String =
            self.subject.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
        let words: Vec<&str> = subject.split('-').filter(|word| !word.is_empty()).collect();
        let subject: String = words.join("-").chars().take(60).collect();
        format!("{}-{subject}-{day}", self.kind.code())
    }
}

/// A finished document, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// The tenant; `None`: all tenants of the workspace.
    pub tenant_id: Option<TenantId>,
    /// What it is.
    pub head: ReportHead,
    /// The run that made it, while that is recorded.
    pub run_id: Option<RunId>,
    /// How long it is kept.
    pub expires_at: Moment,
    /// Whether it is finished.
    pub is_whole: bool,
    /// Its size, as JSON, once it is finished.
    pub bytes: i64,
    /// In how many parts it is kept.
    pub parts: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_without_harm() {
        let made_at = Moment::parse("2026-03-01T08:00:00Z").unwrap();
        let head =
            ReportHead { kind: ReportKind::Changes, subject: "<b>Contoso</b>/../\"\r\n ü".to_owned(), period: None, made_at };
        assert_eq!(head.file_name(), "changes-b-contoso-b-2026-03-01");
        assert_eq!(head.title(), "Changes: <b>Contoso</b>/../\"\r\n ü");
    }
}
