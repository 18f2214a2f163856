//! Which documents Help has, and in which order. One line each; a file of `docs/` that is missing here fails a test.

/// Where a document stands in the contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The first hour.
    Start,
    /// What people do with the product.
    Using,
    /// For those who keep an installation running.
    Running,
    /// For those who change the product.
    Building,
}

impl Part {
    /// Every part, in the order of the contents.
    pub const ALL: [Self; 4] = [Self::Start, Self::Using, Self::Running, Self::Building];

    /// Its words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Start => "First steps",
            Self::Using => "Using it",
            Self::Running => "Running it",
            Self::Building => "How it is built",
        }
    }

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Using => "using",
            Self::Running => "running",
            Self::Building => "building",
        }
    }
}

/// A document as it is compiled in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listed {
    pub(super) slug: &'static str,
    pub(super) path: &'static str,
    pub(super) part: Part,
    pub(super) text: &'static str,
}

macro_rules! listed {
    ($($part:ident { $($slug:literal $file:literal,)+ })+) => {
        &[$($(Listed {
            slug: $slug,
            path: $file,
            part: Part::$part,
            text: include_str!(concat!("../../../../", $file)),
        },)+)+]
    };
}

pub(super) const LISTED: &[Listed] = listed! {
    Start {
        "quick-start" "docs/QUICK_START.md",
        "concepts" "docs/CONCEPTS.md",
        "entra" "docs/ENTRA.md",
        "onboarding" "docs/ONBOARDING.md",
    }
    Using {
        "overview" "docs/OVERVIEW.md",
        "sync" "docs/SYNC.md",
        "search" "docs/SEARCH.md",
        "links" "docs/LINKS.md",
        "directory" "docs/DIRECTORY.md",
        "versions" "docs/VERSIONS.md",
        "compare" "docs/COMPARE.md",
        "backups" "docs/BACKUPS.md",
        "archives" "docs/ARCHIVES.md",
        "restore" "docs/RESTORE.md",
        "restore-writes" "docs/RESTORE-WRITES.md",
        "restore-roundtrip" "docs/RESTORE-ROUNDTRIP.md",
        "drift" "docs/DRIFT.md",
        "baselines" "docs/BASELINES.md",
        "alerts" "docs/ALERTS.md",
        "reports" "docs/REPORTS.md",
        "api" "docs/API.md",
    }
    Running {
        "operations" "docs/OPERATIONS.md",
        "deploy" "docs/DEPLOY.md",
        "upgrade" "docs/UPGRADE.md",
        "offboarding" "docs/OFFBOARDING.md",
        "adopt" "docs/ADOPT.md",
        "scaling" "docs/SCALING.md",
        "security" "docs/SECURITY.md",
        "configuration" "docs/CONFIGURATION.md",
        "connections" "docs/CONNECTIONS.md",
        "sign-in" "docs/SIGN_IN.md",
        "platform" "docs/PLATFORM.md",
        "audit" "docs/AUDIT.md",
        "metrics" "docs/METRICS.md",
        "logging" "docs/LOGGING.md",
        "benchmarks" "docs/BENCHMARKS.md",
    }
    Building {
        "contributing" "docs/CONTRIBUTING.md",
        "architecture" "ARCHITECTURE.md",
        "rules" "docs/RULES.md",
        "adding" "docs/ADDING.md",
        "runs" "docs/RUNS.md",
        "graph" "docs/GRAPH.md",
        "dependencies" "docs/DEPENDENCIES.md",
    }
};
