//! Which reports there are, and how a document can be had.

use crate::access::Capability;
use crate::codes::codes;

codes! {
    /// What a report tells.
    ReportKind {
        /// What is configured.
        Configuration = "configuration",
        /// What was changed, and by whom.
        Changes = "changes",
        /// Whether what is configured could be put back.
        Readiness = "readiness",
        /// What deviates.
        Findings = "findings",
    }
}

codes! {
    /// How a document can be had.
    ReportFormat {
        /// An HTML file, which can be printed.
        Html = "html",
        /// A Markdown file.
        Markdown = "markdown",
        /// A JSON file.
        Json = "json",
    }
}

impl ReportKind {
    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Configuration => "Configuration",
            Self::Changes => "Changes",
            Self::Readiness => "Backup and restore readiness",
            Self::Findings => "Findings",
            Self::Unknown => "Unknown report",
        }
    }

    /// What it tells, in a sentence.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Configuration => "Everything that is configured, as it was last seen: settings, assignments, scope tags.",
            Self::Changes => "What was changed in a period, from when to when, and by whom as far as the audit logs tell.",
            Self::Readiness => "The last backup, what it covers, what drills and rehearsals brought back, and the connection.",
            Self::Findings => "What deviates, by severity and age; what was found and settled in a period; what is due.",
            Self::Unknown => "A newer version made it.",
        }
    }

    /// What it takes to read it, in each tenant that it speaks of.
    #[must_use]
    pub const fn capability(self) -> Capability {
        match self {
            Self::Configuration | Self::Changes => Capability::PoliciesView,
            Self::Findings => Capability::FindingsView,
            Self::Readiness | Self::Unknown => Capability::TenantView,
        }
    }

    /// Whether it is about a period; the others are about the moment at which they are made.
    #[must_use]
    pub const fn has_period(self) -> bool {
        matches!(self, Self::Changes | Self::Findings)
    }
}

impl ReportFormat {
    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Html => "HTML",
            Self::Markdown => "Markdown",
            Self::Json => "JSON",
            Self::Unknown => "Unknown",
        }
    }

    /// How its files end.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Json => "json",
            Self::Html | Self::Unknown => "html",
        }
    }

    /// The type of its content.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Json => "application/json",
            Self::Html | Self::Unknown => "text/html; charset=utf-8",
        }
    }
}
