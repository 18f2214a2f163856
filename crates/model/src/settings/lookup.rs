//! Looking a setting up, level by level.

use std::collections::BTreeMap;

use super::{Key, Level, Value};

/// A stored value that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// Where it is stored.
    pub level: Level,
    /// Its code.
    pub code: String,
}

/// What was chosen, on up to three levels.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stored {
    values: BTreeMap<(Level, Key), Value>,
    damaged: Vec<Damaged>,
}

/// What holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The value.
    pub value: Value,
    /// Where it was chosen; `None`: nowhere, it is the default.
    pub from: Option<Level>,
}

impl Stored {
    /// Reads what is stored: level, code and text.
    pub fn read<C: AsRef<str>, T: AsRef<str>>(rows: impl IntoIterator<Item = (Level, C, T)>) -> Self {
        let mut stored = Self::default();
        for (level, code, text) in rows {
            let key = Key::from_code(code.as_ref()).filter(|key| key.declaration().levels.contains(&level));
            match key.and_then(|key| Some((key, key.parse(text.as_ref()).ok()?))) {
                Some((key, value)) => _ = stored.values.insert((level, key), value),
                None => stored.damaged.push(Damaged { level, code: code.as_ref().to_owned() }),
            }
        }
        stored
    }

    /// What holds along the path: the first that was chosen, else the default. Of a setting that a lower level can only tighten: the
    /// first that is not the default.
    #[must_use]
    pub fn find(&self, key: Key, path: &[Level]) -> Found {
        let chosen = || path.iter().filter_map(|level| Some((*level, self.values.get(&(*level, key))?)));
        let tight = if key.only_tightens() { chosen().find(|(_, value)| **value != key.default_value()) } else { None };
        let chosen = tight.or_else(|| chosen().next());
        match chosen {
            Some((level, value)) => Found { value: value.clone(), from: Some(level) },
            None => Found { value: key.default_value(), from: None },
        }
    }

    /// What was chosen there itself.
    #[must_use]
    pub fn own(&self, key: Key, level: Level) -> Option<&Value> {
        self.values.get(&(level, key))
    }

    /// What could not be used.
    #[must_use]
    pub fn damaged(&self) -> &[Damaged] {
        &self.damaged
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_nearest_choice_holds() {
        let stored = Stored::read([
            (Level::Workspace, "time_zone", "Europe/Berlin"),
            (Level::Tenant, "time_zone", "Asia/Tokyo"),
            (Level::Workspace, "runs.keep_days", "30"),
        ]);
        let found = |key, level: Level| {
            let found = stored.find(key, level.path());
            (found.value.to_string(), found.from)
        };
        assert_eq!(found(Key::TimeZone, Level::Tenant), ("Asia/Tokyo".to_owned(), Some(Level::Tenant)));
        assert_eq!(found(Key::TimeZone, Level::Person), ("Europe/Berlin".to_owned(), Some(Level::Workspace)));
        assert_eq!(found(Key::KeepDays, Level::Tenant), ("30".to_owned(), Some(Level::Workspace)));
        assert_eq!(found(Key::DateFormat, Level::Person), ("day_month".to_owned(), None));
    }

    #[test]
    fn a_tenant_cannot_do_without_the_second_person_that_its_workspace_asks_for() {
        let needs = |rows: &[(Level, &'static str)]| {
            Key::needs_second_person(&Stored::read(rows.iter().map(|(level, text)| (*level, "restores.second_person", *text))))
        };
        assert!(!needs(&[]) && !needs(&[(Level::Workspace, "one")]));
        assert!(needs(&[(Level::Workspace, "second")]) && needs(&[(Level::Tenant, "second")]));
        assert!(needs(&[(Level::Workspace, "second"), (Level::Tenant, "one")]), "a tenant only tightens");
        assert!(needs(&[(Level::Workspace, "one"), (Level::Tenant, "second")]));
        let both = Stored::read([
            (Level::Workspace, "restores.second_person", "second"),
            (Level::Tenant, "restores.second_person", "one"),
        ]);
        assert_eq!(
            both.find(Key::SecondPerson, Level::Tenant.path()).from,
            Some(Level::Workspace),
            "and the page says whose it is"
        );
    }

    fn levels() -> impl Strategy<Value = Level> {
        prop_oneof![Just(Level::Workspace), Just(Level::Tenant), Just(Level::Person)]
    }

    fn codes() -> impl Strategy<Value = String> {
        prop_oneof![3 => proptest::sample::select(Key::ALL.map(Key::code).to_vec()).prop_map(str::to_owned), 1 => ".{0,12}"]
    }

    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![
            "[0-9]{1,5}",
            Just("Europe/Berlin".to_owned()),
            Just("iso".to_owned()),
            "(failed|blocked|none)(,failed)?",
            ".{0,20}"
        ]
    }

    proptest! {
        /// Whatever is stored, each setting has a value that its declaration accepts: the nearest readable one, or the default.
        #[test]
        fn whatever_is_stored_there_is_an_acceptable_value(rows in proptest::collection::vec((levels(), codes(), texts()), 0..12)) {
            let stored = Stored::read(rows.iter().map(|(level, code, text)| (*level, code, text)));
            for key in Key::ALL {
                for level in [Level::Workspace, Level::Tenant, Level::Person] {
                    let found = stored.find(key, level.path());
                    prop_assert_eq!(key.parse(&found.value.to_string()), Ok(found.value.clone()));
                    let usable = |at: Level| rows.iter().rev().find_map(|(level, code, text)| {
                        let fits = *level == at && code == key.code() && key.declaration().levels.contains(&at);
                        if fits { key.parse(text).ok() } else { None }
                    });
                    let expected = level.path().iter().find_map(|at| usable(*at)).unwrap_or_else(|| key.default_value());
                    prop_assert_eq!(found.value, expected);
                }
            }
            prop_assert!(stored.damaged().len() <= rows.len());
        }
    }
}
