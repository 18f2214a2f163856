//! What each setting is called, what it may be, and what follows from it.

use super::super::{Declaration, Kind, Level, Stored, Value};
use super::Key;
use crate::directory::DirectoryKind;
use crate::run::{Outcome, RunSettings};

const ENDS: &[Outcome] =
    &[Outcome::Succeeded, Outcome::PartiallySucceeded, Outcome::Failed, Outcome::Blocked, Outcome::Cancelled];

const AFTER_EACH_SYNC: &str = "after_each_sync";
const WHEN_STARTED: &str = "when_started";
const NEXT_SYNC: &str = "next_sync";
const NEVER: &str = "never";
const WHEN_ASKED: &str = "when_asked";
const LEFT_OUT: &str = "left_out";
const INCLUDED: &str = "included";
const AT_ONCE: &str = "at_once";
const WAIT: &str = "wait";
const ONE: &str = "one";
const SECOND: &str = "second";

impl Key {
    /// Its declaration.
    #[must_use]
    pub const fn declaration(self) -> Declaration {
        use Level::{Person, Tenant, Workspace};
        match self {
            Self::TimeZone => Declaration {
                code: "time_zone",
                label: "Time zone",
                help: "Times on pages are shown in it, and new schedules start with it.",
                levels: &[Workspace, Tenant, Person],
                kind: Kind::Zone,
            },
            Self::DateFormat => Declaration {
                code: "date_format",
                label: "Dates",
                help: "How days and times are written on pages.",
                levels: &[Workspace, Person],
                kind: Kind::Choice(&[
                    ("day_month", "21 Nov 2026, 14:05"),
                    ("month_day", "Nov 21, 2026, 2:05 PM"),
                    ("iso", "2026-11-21 14:05"),
                ]),
            },
            Self::KeepDays => Declaration {
                code: "runs.keep_days",
                label: "Run history",
                help: "How long ended operations are kept. What they changed, and the audit log, stay.",
                levels: &[Workspace, Tenant],
                kind: Kind::Number { bounds: RunSettings::KEEP_DAYS, default: RunSettings::KEPT_DAYS, unit: "days" },
            },
            Self::NoticeOutcomes => Declaration {
                code: "notices.outcomes",
                label: "Notices to whoever started it",
                help: "After which ends of an operation the person who started it is told.",
                levels: &[Workspace, Tenant, Person],
                kind: Kind::Outcomes { default: ENDS },
            },
            Self::ManagerOutcomes => Declaration {
                code: "notices.managers",
                label: "Notices to owners and managers",
                help: "After which ends the owners and managers of the workspace are told, also when a schedule started it.",
                levels: &[Workspace, Tenant],
                kind: Kind::Outcomes { default: &[] },
            },
            Self::VerifyDays => Declaration {
                code: "inventory.verify_days",
                label: "Full reading",
                help: "After how long a sync reads the details of every object again, also where the list shows no change.",
                levels: &[Workspace, Tenant],
                kind: Kind::Number { bounds: 1..=90, default: 7, unit: "days" },
            },
            Self::DriftAfterSync => Declaration {
                code: "drift.after_sync",
                label: "Drift check",
                help: "Whether each inventory sync is followed by a check of what changed since the one before.",
                levels: &[Workspace, Tenant],
                kind: Kind::Choice(&[
                    (AFTER_EACH_SYNC, "After each sync"),
                    (WHEN_STARTED, "When somebody or a schedule starts it"),
                ]),
            },
            Self::DriftWatch => Declaration {
                code: "drift.watch",
                label: "Changes between syncs",
                help: "Whether the tenant's audit logs are read every five minutes, where the application may, and what they name is synced at once.",
                levels: &[Workspace, Tenant],
                kind: Kind::Choice(&[
                    (NEXT_SYNC, "Found by the next sync"),
                    (Self::WATCHED, "Looked for in the audit logs every five minutes"),
                ]),
            },
            Self::FetchSecrets => Declaration {
                code: "backups.secrets",
                label: "Secret values in backups",
                help: "Whether a backup may fetch the values that Microsoft masks, and keep them sealed.",
                levels: &[Workspace, Tenant],
                kind: Kind::Choice(&[(NEVER, "Never"), (WHEN_ASKED, "When whoever starts the backup asks for them")]),
            },
            Self::MirrorFolder => Declaration {
                code: "backups.mirror",
                label: "Git mirror of backups",
                help: "The name of a folder on the server. Each backup becomes a commit there. Without a name there is no mirror.",
                levels: &[Tenant],
                kind: Kind::Folder,
            },
            Self::MirrorScripts => Declaration {
                code: "backups.mirror_scripts",
                label: "Scripts in the Git mirror",
                help: "Whether the texts of scripts are in the mirror, which is not encrypted. Other secrets never are.",
                levels: &[Workspace, Tenant],
                kind: Kind::Choice(&[(LEFT_OUT, "Left out"), (INCLUDED, "Included")]),
            },
            Self::MirrorAuthors => Declaration {
                code: "backups.mirror_authors",
                label: "Authors in the Git mirror",
                help: "Whether a commit waits until the tenant's audit logs tell who changed what.",
                levels: &[Workspace, Tenant],
                kind: Kind::Choice(&[
                    (AT_ONCE, "Commit at once, with who is known by then"),
                    (WAIT, "Wait for the audit logs, a day at most"),
                ]),
            },
            Self::SecondPerson => Declaration {
                code: "restores.second_person",
                label: "Restores need a second person",
                help: "Whether another person who may restore has to approve the plan before it is carried out. Where the workspace asks for it, a tenant cannot do without.",
                levels: &[Workspace, Tenant],
                kind: Kind::Choice(&[
                    (ONE, "Whoever may restore confirms alone"),
                    (SECOND, "A second person approves the plan first"),
                ]),
            },
            Self::AccessGroup => Declaration {
                code: "access.group",
                label: "Access setup: group",
                help: "The group of this tenant whose members look after it.",
                levels: &[Tenant],
                kind: Kind::Object(DirectoryKind::Groups),
            },
            Self::AccessRole => Declaration {
                code: "access.role_definition",
                label: "Access setup: role definition",
                help: "The role of this tenant's directory that they are to have.",
                levels: &[Tenant],
                kind: Kind::Object(DirectoryKind::RoleDefinitions),
            },
        }
    }

    /// What is chosen of [`Key::DriftWatch`] where the audit logs are watched.
    pub const WATCHED: &'static str = "watch";

    /// Whether the audit logs of a tenant are watched.
    #[must_use]
    pub fn watches(stored: &Stored) -> bool {
        stored.find(Self::DriftWatch, Level::Tenant.path()).value == Value::Choice(Self::WATCHED)
    }

    /// Whether what is stored lets a backup of a tenant fetch secret values.
    #[must_use]
    pub fn lets_fetch_secrets(stored: &Stored) -> bool {
        stored.find(Self::FetchSecrets, Level::Tenant.path()).value == Value::Choice(WHEN_ASKED)
    }

    /// Whether the plan of a restore of a tenant is approved by a second person before it is carried out.
    #[must_use]
    pub fn needs_second_person(stored: &Stored) -> bool {
        stored.find(Self::SecondPerson, Level::Tenant.path()).value == Value::Choice(SECOND)
    }

    /// The folder in which the backups of a tenant are mirrored, if they are.
    #[must_use]
    pub fn mirror_folder(stored: &Stored) -> Option<String> {
        match stored.find(Self::MirrorFolder, Level::Tenant.path()).value {
            Value::Folder(name) if !name.is_empty() => Some(name),
            _ => None,
        }
    }

    /// Whether the texts of scripts are in the mirror of a tenant.
    #[must_use]
    pub fn mirrors_scripts(stored: &Stored) -> bool {
        stored.find(Self::MirrorScripts, Level::Tenant.path()).value == Value::Choice(INCLUDED)
    }

    /// Whether a commit to the mirror of a tenant waits for the audit logs.
    #[must_use]
    pub fn mirror_waits_for_authors(stored: &Stored) -> bool {
        stored.find(Self::MirrorAuthors, Level::Tenant.path()).value == Value::Choice(WAIT)
    }
}
