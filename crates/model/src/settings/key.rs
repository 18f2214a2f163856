//! Every setting, declared once.

mod declared;

use super::{InvalidSetting, Kind, Level, Outcomes, Value};
use crate::directory;
use crate::schedule::Zone;

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

    /// Whether a lower level can only ask for more than the level above it, never for less.
    #[must_use]
    pub const fn only_tightens(self) -> bool {
        matches!(self, Self::SecondPerson)
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
    use super::super::Stored;
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
