//! What the form of settings sends, and what it means.

use std::collections::{BTreeMap, BTreeSet};

use model::settings::{Key, Kind, Level};
use pages::settings::{Field, Form, Owner};
use store::{Choices, NewChoice};

use crate::auth::Payload;
use crate::error::Error;
use crate::fields::Fields;

/// What the form sends: `own` for each setting that is chosen here, its values under its code, `revision.<code>`; or `reset`.
#[derive(Debug)]
pub(crate) struct Sent {
    own: BTreeSet<String>,
    reset: Option<String>,
    texts: BTreeMap<Key, Vec<String>>,
    revisions: BTreeMap<Key, i64>,
}

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        let revision = |key: Key| fields.one(&format!("revision.{}", key.code())).and_then(|text| text.parse().ok());
        Self {
            own: fields.all("own").map(str::to_owned).collect(),
            reset: fields.one("reset").map(str::to_owned),
            texts: Key::ALL.into_iter().map(|key| (key, fields.all(key.code()).map(str::to_owned).collect())).collect(),
            revisions: Key::ALL.into_iter().filter_map(|key| Some((key, revision(key)?))).collect(),
        }
    }
}

/// What the form means.
pub(super) enum Meant {
    /// These choices; what stands already is not among them.
    Save(Vec<NewChoice>),
    /// The form again, with what was typed and what is wrong with it.
    Again(Vec<Field>),
}

/// A setting of that code that can be chosen there.
fn known(code: &str, level: Level) -> Result<Key, Error> {
    let key = Key::from_code(code).filter(|key| key.declaration().levels.contains(&level));
    key.ok_or(Error::BadRequest("There is no such setting here."))
}

impl Sent {
    /// Reads the form against what is stored.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for a setting that there is not.
    pub(super) fn meant(&self, level: Level, choices: &Choices) -> Result<Meant, Error> {
        let stored = &choices.stored;
        let taken_back = |key: Key| NewChoice { key, value: None, revision: self.revision(key) };
        if let Some(code) = &self.reset {
            let key = known(code, level)?;
            return Ok(Meant::Save(stored.own(key, level).map(|_| taken_back(key)).into_iter().collect()));
        }
        for code in &self.own {
            known(code, level)?;
        }
        let (mut new, mut fields, mut wrong) = (Vec::new(), Vec::new(), false);
        for key in Key::of(level) {
            let mut field = Field::of(key, level, stored, self.revision(key));
            field.own = self.own.contains(key.code());
            let have = stored.own(key, level);
            if !field.own {
                new.extend(have.map(|_| taken_back(key)));
                fields.push(field);
                continue;
            }
            field.text = self.text(key);
            match key.parse(&field.text) {
                Ok(value) if have == Some(&value) => {}
                Ok(value) => new.push(NewChoice { key, value: Some(value), revision: self.revision(key) }),
                Err(problem) => {
                    (field.problem, wrong) = (Some(problem.to_string()), true);
                }
            }
            fields.push(field);
        }
        Ok(if wrong { Meant::Again(fields) } else { Meant::Save(new) })
    }

    fn text(&self, key: Key) -> String {
        let texts = self.texts.get(&key).map(Vec::as_slice).unwrap_or_default();
        match (key.declaration().kind, texts) {
            // No box ticked is a choice, too.
            (Kind::Outcomes { .. }, []) => "none".to_owned(),
            (Kind::Outcomes { .. }, texts) => texts.join(","),
            // An empty line stands for no folder.
            (Kind::Folder, texts) => {
                texts.first().filter(|text| !text.trim().is_empty()).map_or_else(|| "none".to_owned(), Clone::clone)
            }
            (_, texts) => texts.first().cloned().unwrap_or_default(),
        }
    }

    fn revision(&self, key: Key) -> i64 {
        self.revisions.get(&key).copied().unwrap_or(0)
    }
}

/// The page, with the settings as they stand.
pub(super) fn form(owner: Owner, choices: &Choices, may: bool) -> Form {
    let level = owner.level();
    let revision = |key: Key| choices.revisions.get(&key).copied().unwrap_or(0);
    let fields = Key::of(level).map(|key| Field::of(key, level, &choices.stored, revision(key))).collect();
    Form { owner, fields, may }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::settings::{Stored, Value};

    fn sent(text: &str) -> Sent {
        Sent::read(&Fields::of_query(&format!("/x?{text}").parse().unwrap()).unwrap())
    }

    fn chosen() -> Choices {
        let stored = Stored::read([(Level::Workspace, "runs.keep_days", "30")]);
        Choices { stored, revisions: [(Key::KeepDays, 2)].into() }
    }

    fn saved(text: &str) -> Vec<NewChoice> {
        match sent(text).meant(Level::Workspace, &chosen()).unwrap() {
            Meant::Save(new) => new,
            Meant::Again(fields) => panic!("{fields:?}"),
        }
    }

    #[test]
    fn only_what_changes_is_saved() {
        assert_eq!(saved("own=runs.keep_days&runs.keep_days=30&revision.runs.keep_days=2"), []);
        let new = saved("own=runs.keep_days&runs.keep_days=60&revision.runs.keep_days=2");
        assert_eq!(new, [NewChoice { key: Key::KeepDays, value: Some(Value::Number(60)), revision: 2 }]);
        let taken_back = [NewChoice { key: Key::KeepDays, value: None, revision: 2 }];
        assert_eq!(saved("runs.keep_days=60&revision.runs.keep_days=2"), taken_back, "the box is not ticked");
        assert_eq!(saved("reset=runs.keep_days&own=time_zone&time_zone=UTC&revision.runs.keep_days=2"), taken_back);
        let none = saved("own=runs.keep_days&runs.keep_days=30&own=notices.outcomes");
        assert_eq!(none[0].value.as_ref().map(ToString::to_string).as_deref(), Some("none"));
    }

    #[test]
    fn what_is_wrong_is_said_beside_its_field() {
        let meant =
            sent("own=time_zone&time_zone=Mars/Olympus&own=runs.keep_days&runs.keep_days=1").meant(Level::Workspace, &chosen());
        let Ok(Meant::Again(fields)) = meant else { panic!("it was taken") };
        let problems: Vec<_> =
            fields.iter().filter(|field| field.problem.is_some()).map(|field| (field.key, &*field.text)).collect();
        assert_eq!(problems, [(Key::TimeZone, "Mars/Olympus"), (Key::KeepDays, "1")]);
        for unknown in ["own=planet", "reset=planet", "own=time_zone&own="] {
            let is_bad = sent(unknown).meant(Level::Person, &Choices::default()).is_err();
            assert_eq!(is_bad, unknown.contains("planet"), "{unknown}");
        }
        assert!(sent("own=runs.keep_days").meant(Level::Person, &Choices::default()).is_err(), "not a person's to choose");
    }
}
