//! Every setting, declared once.

use std::ops::RangeInclusive;

use super::{InvalidSetting, Outcomes, Stored, Value};
use crate::directory::{self, DirectoryKind};
use crate::run::{Outcome, RunSettings};
use crate::schedule::Zone;

/// Where something can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For a workspace and, unless they choose otherwise, its tenants and members.
    Workspace,
    /// For one tenant.
    Tenant,
    /// By a person for themselves.
    Person,
}

impl Level {
    /// Where to look for what holds there, first what was chosen there itself.
    #[must_use]
    pub const fn path(self) -> &'static [Self] {
        match self {
            Self::Workspace => &[Self::Workspace],
            Self::Tenant => &[Self::Tenant, Self::Workspace],
            Self::Person => &[Self::Person, Self::Workspace],
        }
    }
}

/// What kind of value it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Number {
        /// What it may be.
        bounds: RangeInclusive<u32>,
        /// What it is unless chosen.
        default: u32,
        /// What it counts, as a plural noun.
        unit: &'static str,
    },
    /// A time zone; UTC unless chosen.
    Zone,
    /// One of some: code and words; the first unless chosen.
    Choice(&'static [(&'static str, &'static str)]),
    /// Ends of runs, also none.
    Outcomes {
        /// Which unless chosen.
        default: &'static [Outcome],
    },
    /// The id of an object of the tenant's directory; none unless chosen.
    Object(DirectoryKind),
    /// The name of a folder below one that the server's configuration names; none unless chosen.
    Folder,
}

/// What is to be said of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// The stored code.
    pub code: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// What it does, in a sentence.
    pub help: &'static str,
    /// Where it can be chosen.
    pub levels: &'static [Level],
    /// What can be chosen.
    pub kind: Kind,
}

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// `time_zone`
    TimeZone,
    /// `date_format`
    DateFormat,
    /// `runs.keep_days`
    KeepDays,
    /// `notices.outcomes`
    NoticeOutcomes,
    /// `notices.managers`
    ManagerOutcomes,
    /// `inventory.verify_days`
    VerifyDays,
    /// `drift.after_sync`
    DriftAfterSync,
    /// `drift.watch`
    DriftWatch,
    /// `backups.secrets`
    FetchSecrets,
    /// `backups.mirror`
    MirrorFolder,
    /// `backups.mirror_scripts`
    MirrorScripts,
    /// `backups.mirror_authors`
    MirrorAuthors,
    /// `restores.second_person`
    SecondPerson,
    /// `access.group`
    AccessGroup,
    /// `access.role_definition`
    AccessRole,
}

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
    /// All of them, in the order of the pages.
    pub const ALL: [Self; 15] = [
        Self::TimeZone,
        Self::DateFormat,
        Self::KeepDays,
        Self::NoticeOutcomes,
        Self::ManagerOutcomes,
        Self::VerifyDays,
        Self::DriftAfterSync,
        Self::DriftWatch,
        Self::FetchSecrets,
        Self::MirrorFolder,
        Self::MirrorScripts,
        Self::MirrorAuthors,
        Self::SecondPerson,
        Self::AccessGroup,
        Self::AccessRole,
    ];

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

    /// The stored code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.declaration().code
    }

    /// The setting of a stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.code() == code)
    }

    /// Those that can be chosen there.
    pub fn of(level: Level) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |key| key.declaration().levels.contains(&level))
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

    /// Whether a lower level can only ask for more than the level above it, never for less.
    #[must_use]
    pub const fn only_tightens(self) -> bool {
        matches!(self, Self::SecondPerson)
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

    /// What holds when nobody chose.
    #[must_use]
    pub fn default_value(self) -> Value {
        match self.declaration().kind {
            Kind::Number { default, .. } => Value::Number(default),
            Kind::Zone => Value::Zone(Zone::utc()),
            Kind::Choice(choices) => Value::Choice(choices.first().map_or("", |(code, _)| *code)),
            Kind::Outcomes { default } => Value::Outcomes(default.iter().copied().collect::<Outcomes>()),
            Kind::Object(_) => Value::Object(String::new()),
            Kind::Folder => Value::Folder(String::new()),
        }
    }

    /// Reads a value as it is stored, or as somebody typed it.
    ///
    /// # Errors
    /// [`InvalidSetting`] says what it may be.
    pub fn parse(self, text: &str) -> Result<Value, InvalidSetting> {
        let text = text.trim();
        match self.declaration().kind {
            Kind::Number { bounds, unit, .. } => {
                let figures = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                let number = if figures { text.parse().ok().filter(|number| bounds.contains(number)) } else { None };
                number.map(Value::Number).ok_or(InvalidSetting::Number { least: *bounds.start(), most: *bounds.end(), unit })
            }
            Kind::Zone => Zone::parse(text).map(Value::Zone).map_err(|_| InvalidSetting::Zone),
            Kind::Choice(choices) => {
                let choice = choices.iter().find(|(code, _)| *code == text);
                choice.map(|(code, _)| Value::Choice(code)).ok_or(InvalidSetting::Choice)
            }
            Kind::Outcomes { .. } => Outcomes::parse(text).map(Value::Outcomes).ok_or(InvalidSetting::Outcomes),
            Kind::Object(_) if text == "none" => Ok(Value::Object(String::new())),
            Kind::Object(_) if directory::is_object_id(text) => Ok(Value::Object(directory::object_id(text))),
            Kind::Object(_) => Err(InvalidSetting::Object),
            Kind::Folder if text == "none" => Ok(Value::Folder(String::new())),
            Kind::Folder if is_folder(text) => Ok(Value::Folder(text.to_owned())),
            Kind::Folder => Err(InvalidSetting::Folder),
        }
    }
}

/// One plain name, and nothing that leads elsewhere or is hidden.
fn is_folder(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    begins && text.len() <= 64 && text.bytes().all(plain) && !text.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_words_a_place_and_a_default_that_it_accepts() {
        for key in Key::ALL {
            let declaration = key.declaration();
            assert_eq!(Key::from_code(declaration.code), Some(key), "{key:?}: no code twice");
            assert!(!declaration.label.is_empty() && declaration.help.ends_with('.') && !declaration.levels.is_empty());
            assert_eq!(key.parse(&key.default_value().to_string()), Ok(key.default_value()), "{key:?}");
        }
        assert_eq!(Key::from_code("future.setting"), None);
        assert!(Level::Person.path()[0] == Level::Person && Key::of(Level::Person).all(|key| key != Key::KeepDays));
    }

    #[test]
    fn whoever_typed_it_is_told_what_it_may_be() {
        for (key, text) in [
            (Key::KeepDays, "6"),
            (Key::KeepDays, "3651"),
            (Key::KeepDays, "-30"),
            (Key::KeepDays, "+30"),
            (Key::KeepDays, "99999999999999999999"),
            (Key::KeepDays, ""),
            (Key::TimeZone, "Mars/Olympus"),
            (Key::TimeZone, "../etc/passwd"),
            (Key::DateFormat, "american"),
            (Key::NoticeOutcomes, "pending"),
            (Key::NoticeOutcomes, "failed,"),
            (Key::NoticeOutcomes, ""),
        ] {
            assert!(key.parse(text).is_err(), "{key:?} {text}");
        }
        for leads_elsewhere in ["..", ".git", "a/b", "/etc", "a\\b", "a.", "", "c:", "a b", "-f", &"a".repeat(65)] {
            assert!(Key::MirrorFolder.parse(leads_elsewhere).is_err(), "{leads_elsewhere}");
        }
        let stored = |text| Stored::read([(Level::Tenant, "backups.mirror", text)]);
        assert_eq!(Key::mirror_folder(&stored("contoso-1.0")).as_deref(), Some("contoso-1.0"));
        assert_eq!((Key::mirror_folder(&stored("none")), Key::mirror_folder(&stored("../x"))), (None, None));
        assert_eq!(Key::KeepDays.parse("6").unwrap_err().to_string(), "From 7 to 3650 days.");
        assert_eq!(Key::TimeZone.parse(" europe/berlin ").unwrap().to_string(), "Europe/Berlin");
        assert_eq!(Key::NoticeOutcomes.parse("failed,blocked,failed").unwrap().to_string(), "failed,blocked");
        assert_eq!(Key::NoticeOutcomes.parse("none").unwrap().to_string(), "none");
    }
}
