//! One commit for one set.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use model::json::Json;
use model::resource_types::find;

use super::git::{NEXT, some};
use super::import::Import;
use super::state::{FILE, Held, ObjectKey, State};
use super::{Author, Mirror, MirrorError};
use crate::archive::export::{SetHeader, Streamed, content_hash};
use crate::archive::names::Names;
use crate::archive::refusal::shown;
use crate::archive::withheld::withhold;

/// What a commit changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Committed {
    /// Its id.
    pub commit: String,
    /// Objects that are new, changed (renamed ones among them), renamed, gone.
    pub added: u64,
    /// Changed ones.
    pub changed: u64,
    /// Renamed ones.
    pub renamed: u64,
    /// Gone ones.
    pub removed: u64,
    /// Whether the set was there already, as the latest commit.
    pub already: bool,
}

/// The number of the blob that holds the list of objects; those of objects follow.
const LIST: u64 = 1;

/// What is to be committed.
#[derive(Default)]
struct Plan {
    /// Paths and the numbers of their blobs.
    written: BTreeMap<String, u64>,
    gone: BTreeSet<String>,
    people: BTreeSet<Author>,
    /// Whether somebody who is not known changed something.
    unknown: bool,
}

impl Mirror {
    /// Commits a set, whose objects come in the order of their types and ids. `who` names everybody who changed an object since the
    /// latest commit; nobody: that is not known. Of what is damaged the mirror keeps what it has. The texts of scripts are in it where `scripts` says so; other secrets never are.
    ///
    /// # Errors
    /// See [`MirrorError`]. Nothing is committed then.
    pub fn commit<E: std::fmt::Display, T: Into<Streamed>>(
        &mut self,
        header: &SetHeader,
        scripts: bool,
        who: &dyn Fn(&str, &str) -> Vec<Author>,
        objects: impl IntoIterator<Item = Result<T, E>>,
    ) -> Result<Committed, MirrorError> {
        if self.state.set.as_ref().is_some_and(|set| set.id == header.set.id) {
            let commit = self.at.clone().unwrap_or_default();
            return Ok(Committed { commit, already: true, ..Committed::default() });
        }
        if self.state.set.as_ref().is_some_and(|set| header.set.captured_at < set.captured_at) {
            return Err(MirrorError::Older);
        }
        self.look()?;
        // Of a commit that an earlier call gave up.
        self.git.forget_next()?;
        let mut import = self.git.import()?;
        let (plan, state, mut done) = self.plan(&mut import, header, scripts, who, objects)?;
        write(&mut import, header, &plan, &state, &done, self.at.as_deref())?;
        import.end()?;
        self.git.follow(self.at.as_deref())?;
        (self.at, self.state) = (self.git.head()?, state);
        self.git.settle();
        done.commit = self.at.clone().unwrap_or_default();
        Ok(done)
    }

    /// Whether the folder is as this mirror left it, before a set is streamed for nothing.
    fn look(&self) -> Result<(), MirrorError> {
        if self.git.head()? != self.at {
            return Err(MirrorError::Moved);
        }
        let dirty = self.git.dirty()?;
        if dirty.is_empty() { Ok(()) } else { Err(MirrorError::Dirty(some(&dirty))) }
    }

    /// Sends the contents that changed and finds what the commit has to say.
    fn plan<E: std::fmt::Display, T: Into<Streamed>>(
        &self,
        import: &mut Import,
        header: &SetHeader,
        scripts: bool,
        who: &dyn Fn(&str, &str) -> Vec<Author>,
        objects: impl IntoIterator<Item = Result<T, E>>,
    ) -> Result<(Plan, State, Committed), MirrorError> {
        let (mut plan, mut done) = (Plan::default(), Committed::default());
        let mut state = State { set: Some(header.set.clone()), ..self.state.clone() };
        let mut names = Names::default();
        self.state.objects.values().for_each(|held| names.taken(&held.file));
        let mut seen: BTreeSet<ObjectKey> = BTreeSet::new();
        for object in objects {
            let object: Streamed = object.map_err(|error| MirrorError::Object(error.to_string()))?.into();
            let key = match &object {
                Streamed::Whole(object, _) => (object.resource_type.clone(), object.object_id.clone()),
                Streamed::Damaged(line) => (line.resource_type.clone(), line.id.clone()),
            };
            if seen.last().is_some_and(|last| *last >= key) {
                return Err(MirrorError::Order);
            }
            let Streamed::Whole(object, _) = object else {
                // It is in the tenant: what the mirror holds of it stays.
                seen.insert(key);
                continue;
            };
            let kind = find(&object.resource_type)
                .ok_or_else(|| MirrorError::Object(format!("the type {} is not known", shown(&object.resource_type))))?;
            let (mut content, before) = (object.content.sorted(), self.state.objects.get(&key));
            withhold(kind, &mut content, scripts);
            let hash = content_hash(&content);
            let file = before.map_or_else(|| names.give(&key.0, &key.1, &object.name), |held| held.file.clone());
            let renamed = before.is_some_and(|held| held.name != object.name);
            if before.is_none_or(|held| held.hash != hash) {
                let mark = LIST + 1 + plan.written.len() as u64;
                blob(import, mark, &text(content))?;
                plan.written.insert(file.clone(), mark);
                plan.by(who(&key.0, &key.1));
                *(if before.is_some() { &mut done.changed } else { &mut done.added }) += 1;
            }
            done.renamed += u64::from(renamed);
            state.objects.insert(key.clone(), Held { file, name: object.name, hash });
            seen.insert(key);
        }
        // Absence is a sign only where everything was read.
        let read: BTreeSet<&str> = match header.set.complete {
            true => header.coverage.iter().filter(|one| one.proves_absence()).map(|one| one.resource_type.as_str()).collect(),
            false => BTreeSet::new(),
        };
        state.objects.retain(|key, held| {
            let stays = seen.contains(key) || !read.contains(key.0.as_str());
            if !stays {
                plan.gone.insert(held.file.clone());
                plan.by(who(&key.0, &key.1));
                done.removed += 1;
            }
            stays
        });
        Ok((plan, state, done))
    }
}

impl Plan {
    fn by(&mut self, who: Vec<Author>) {
        self.unknown |= who.is_empty();
        self.people.extend(who);
    }

    /// The one person who changed all of it.
    fn author(&self) -> Author {
        match self.people.first() {
            Some(person) if self.people.len() == 1 && !self.unknown => person.clone(),
            _ => Author::product(),
        }
    }
}

fn text(content: Json) -> String {
    format!("{}\n", content.to_pretty())
}

fn blob(import: &mut Import, mark: u64, text: &str) -> Result<(), MirrorError> {
    import.say(&format!("blob\nmark :{mark}\n"))?;
    import.data(text.as_bytes())
}

fn write(
    import: &mut Import,
    header: &SetHeader,
    plan: &Plan,
    state: &State,
    done: &Committed,
    parent: Option<&str>,
) -> Result<(), MirrorError> {
    blob(import, LIST, &state.to_text())?;
    let when = format!("{} +0000", header.set.captured_at.seconds().max(0));
    let (author, product) = (plan.author(), Author::product());
    import.say(&format!("commit {NEXT}\nauthor {author} {when}\ncommitter {product} {when}\n"))?;
    import.data(message(header, plan, done).as_bytes())?;
    if let Some(parent) = parent {
        import.say(&format!("from {parent}\n"))?;
    }
    for path in &plan.gone {
        import.say(&format!("D {path}\n"))?;
    }
    for (path, mark) in &plan.written {
        import.say(&format!("M 100644 :{mark} {path}\n"))?;
    }
    import.say(&format!("M 100644 :{LIST} {FILE}\n\n"))
}

fn message(header: &SetHeader, plan: &Plan, done: &Committed) -> String {
    let set = &header.set;
    let name = shown(&set.name);
    let mut out = format!("{}\n\n", if name.trim().is_empty() { "Backup" } else { name.trim() });
    let Committed { added, changed, renamed, removed, .. } = done;
    let _ = writeln!(out, "{added} added, {changed} changed, {renamed} renamed, {removed} removed.");
    if !set.complete {
        out += "Not everything could be read; what is missing was left as it was.\n";
    }
    let _ = write!(out, "\nBackup-Set: {}\nCaptured: {}\n", shown(&set.id), set.captured_at);
    let named = if plan.people.len() == 1 && !plan.unknown { None } else { Some(&plan.people) };
    for person in named.into_iter().flatten() {
        let _ = writeln!(out, "Changed-by: {person}");
    }
    out
}
