//! Which object of the tenant an item is, as it is now.

use std::collections::{BTreeMap, BTreeSet};

use model::canonical::Canonical;
use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::{self, ResourceType};
use model::restore::{Candidate, Hindrance, Match, Sought, find_all, fingerprint};
use outbound::graph::GraphSession;
use store::{KnownObject, ObservedItem, Restore, RestoreItem};

use super::super::inventory_sync::one;
use super::super::restore_live::{Address, Named, names, read_many};
use super::super::restore_wanted::of_item;
use crate::context::Context;
use crate::halt::Halt;

/// Objects that are read together.
const PORTION: usize = 100;

/// What is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum There {
    /// An object, as it was answered.
    Is { raw: String, semantic: String, content: String },
    /// Nothing.
    Not,
    /// It could not be read.
    #[default]
    Unread,
}

/// What was found of an item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) target: Option<String>,
    pub(super) there: There,
    /// Whether the tenant had it before.
    pub(super) was_known: bool,
    pub(super) hindrance: Option<Hindrance>,
    /// Objects that it may be, by id and name.
    pub(super) suggested: Vec<(String, String)>,
}

/// An object that is in the tenant and that nobody wants.
pub(super) struct Unwanted {
    pub(super) kind: &'static ResourceType,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) raw: String,
    pub(super) semantic: String,
    pub(super) content: String,
}

/// Finds objects, a type after the other.
pub(super) struct Finder<'a> {
    pub(super) session: GraphSession,
    pub(super) restore: &'a Restore,
    pub(super) found: BTreeMap<u32, Found>,
    pub(super) unwanted: Vec<Unwanted>,
}

/// An object that was read.
struct Read {
    raw: Json,
    semantic: String,
    content: String,
}

impl Read {
    fn there(&self) -> There {
        There::Is { raw: self.raw.to_text(), semantic: self.semantic.clone(), content: self.content.clone() }
    }
}

impl Finder<'_> {
    /// Finds the items of one type.
    pub(super) async fn find(&mut self, context: &mut Context, key: &str, items: &[&RestoreItem]) -> Result<(), Halt> {
        let Some(kind) = resource_types::find(key).filter(|kind| kind.readable()) else { return Ok(()) };
        let known = context.store.restores().known(&context.scope, key).await?;
        let open = self.by_id(context, kind, items, &known).await?;
        let prunes = self.restore.prune && kind.delete.is_some() && self.restore.prune_types.iter().any(|one| one == key);
        if open.is_empty() && !prunes {
            return Ok(());
        }
        let session = self.session.clone();
        let there = match context.or_stop(names(&session, kind)).await? {
            Ok(there) => there,
            Err(failure) => {
                let failure = of_item(failure)?;
                context.failure(&failure, key);
                return Ok(());
            }
        };
        self.by_content(context, kind, &open, &there, &known).await?;
        if prunes { self.not_wanted(context, kind, items, &there, &known).await } else { Ok(()) }
    }

    /// Those whose id tells; what is left is to be found by what it says.
    async fn by_id<'i>(
        &mut self,
        context: &mut Context,
        kind: &'static ResourceType,
        items: &[&'i RestoreItem],
        known: &BTreeMap<String, KnownObject>,
    ) -> Result<Vec<&'i RestoreItem>, Halt> {
        let same = self.restore.source_tenant == Some(self.restore.tenant_id);
        let (mut direct, mut open) = (Vec::new(), Vec::new());
        for item in items {
            let knows = known.contains_key(&item.source_id.to_lowercase());
            match item.said_target.as_deref() {
                // Somebody said that it is none of those that it may be.
                Some("") => {
                    self.found.insert(item.number, Found { there: There::Not, was_known: knows, ..Found::default() });
                }
                Some(said) => direct.push((*item, said.to_owned())),
                None if same || knows || kind.is_singleton() => direct.push((*item, item.source_id.clone())),
                None => open.push(*item),
            }
        }
        for portion in direct.chunks(PORTION) {
            let ids: Vec<&str> = portion.iter().map(|(_, id)| id.as_str()).collect();
            let answers = self.read(context, kind, &ids, known).await?;
            for ((item, id), answer) in portion.iter().zip(answers) {
                let was_known = known.contains_key(&item.source_id.to_lowercase());
                let found = match answer {
                    Ok(read) => Found { target: Some(id.clone()), there: read.there(), was_known, ..Found::default() },
                    Err(failure) if failure.code() == Code::GraphNotFound => {
                        if item.said_target.is_none() && item.wanted.is_some() {
                            open.push(*item);
                            continue;
                        }
                        // What was to be removed is gone already; what somebody named is not there any more.
                        let hindrance = item.wanted.is_some().then_some(Hindrance::Ambiguous);
                        Found { there: There::Not, was_known, hindrance, ..Found::default() }
                    }
                    Err(failure) => {
                        context.failure(&failure, &item.name);
                        Found { was_known, ..Found::default() }
                    }
                };
                self.found.insert(item.number, found);
            }
        }
        Ok(open)
    }

    /// Those that are not there by their id.
    async fn by_content(
        &mut self,
        context: &mut Context,
        kind: &'static ResourceType,
        open: &[&RestoreItem],
        there: &[Named],
        known: &BTreeMap<String, KnownObject>,
    ) -> Result<(), Halt> {
        let prints = self.fingerprints(context, kind, open).await?;
        let wanted: BTreeSet<String> = open.iter().map(|item| item.name.trim().to_lowercase()).collect();
        let taken: BTreeSet<String> = self.found.values().filter_map(|found| found.target.clone()).collect();
        let alike: Vec<&Named> = there.iter().filter(|one| wanted.contains(&one.name.trim().to_lowercase())).collect();
        let mut read: BTreeMap<String, Read> = BTreeMap::new();
        for portion in alike.chunks(PORTION) {
            let ids: Vec<&str> = portion.iter().map(|one| one.id.as_str()).collect();
            for (one, answer) in portion.iter().zip(self.read(context, kind, &ids, known).await?) {
                if let Ok(answer) = answer {
                    read.insert(one.id.clone(), answer);
                }
            }
        }
        let candidates: Vec<Candidate> = there
            .iter()
            .filter(|one| !taken.contains(&one.id))
            .map(|one| Candidate {
                id: one.id.clone(),
                name: one.name.clone(),
                // What is called otherwise is another one, whatever it says.
                fingerprint: read.get(&one.id).map(|read| fingerprint(kind, &read.raw)).unwrap_or_default(),
            })
            .collect();
        let sought: Vec<Sought<'_>> = open
            .iter()
            .zip(&prints)
            .map(|(item, print)| Sought { source_id: &item.source_id, name: &item.name, fingerprint: print })
            .collect();
        let matches = find_all(kind, &sought, &candidates);
        for (item, found) in open.iter().zip(matches) {
            let was_known = known.contains_key(&item.source_id.to_lowercase());
            let found = match found {
                Match::ById(id) | Match::ByFingerprint(id) => {
                    let answer = match read.remove(&id) {
                        Some(read) => Ok(read),
                        None => match self.read(context, kind, &[&id], known).await?.pop() {
                            Some(answer) => answer,
                            None => Err(Failure::new(Code::Internal)),
                        },
                    };
                    match answer {
                        Ok(read) => Found { target: Some(id), there: read.there(), was_known, ..Found::default() },
                        Err(failure) => {
                            context.failure(&failure, &item.name);
                            Found { was_known, ..Found::default() }
                        }
                    }
                }
                Match::Suggested(ids) => {
                    let name =
                        |id: &String| there.iter().find(|one| one.id == *id).map_or("", |one| one.name.as_str()).to_owned();
                    let hindrance = if ids.len() > 1 { Hindrance::Ambiguous } else { Hindrance::NameTaken };
                    let suggested = ids.iter().map(|id| (id.clone(), name(id))).collect();
                    Found { there: There::Not, was_known, hindrance: Some(hindrance), suggested, ..Found::default() }
                }
                Match::Nothing => Found { there: There::Not, was_known, ..Found::default() },
            };
            self.found.insert(item.number, found);
        }
        Ok(())
    }

    /// Fingerprints of what is wanted; an empty one where the content is damaged.
    async fn fingerprints(
        &self,
        context: &Context,
        kind: &'static ResourceType,
        items: &[&RestoreItem],
    ) -> Result<Vec<String>, Halt> {
        let mut prints = Vec::with_capacity(items.len());
        for portion in items.chunks(PORTION) {
            let hashes: Vec<String> = portion.iter().filter_map(|item| item.wanted.clone()).collect();
            let contents = context.store.restores().contents_for_run(&context.scope, self.restore.id, &hashes).await?;
            let print = |item: &&RestoreItem| item.wanted.as_ref().and_then(|hash| contents.get(hash));
            // Nothing has the print of nothing.
            prints.extend(
                portion.iter().map(|item| print(item).map_or_else(|| "damaged".to_owned(), |json| fingerprint(kind, json))),
            );
        }
        Ok(prints)
    }

    /// What is there and is none of the items, nor any that an item may be.
    async fn not_wanted(
        &mut self,
        context: &mut Context,
        kind: &'static ResourceType,
        items: &[&RestoreItem],
        there: &[Named],
        known: &BTreeMap<String, KnownObject>,
    ) -> Result<(), Halt> {
        let mut kept: BTreeSet<String> = BTreeSet::new();
        for item in items {
            kept.insert(item.source_id.to_lowercase());
            if let Some(found) = self.found.get(&item.number) {
                kept.extend(found.target.iter().map(|id| id.to_lowercase()));
                kept.extend(found.suggested.iter().map(|(id, _)| id.to_lowercase()));
            }
        }
        let gone: Vec<&Named> = there.iter().filter(|one| !kept.contains(&one.id.to_lowercase())).collect();
        for portion in gone.chunks(PORTION) {
            let ids: Vec<&str> = portion.iter().map(|one| one.id.as_str()).collect();
            for (one, answer) in portion.iter().zip(self.read(context, kind, &ids, known).await?) {
                match answer {
                    Ok(read) => self.unwanted.push(Unwanted {
                        kind,
                        id: one.id.clone(),
                        name: one.name.clone(),
                        raw: read.raw.to_text(),
                        semantic: read.semantic,
                        content: read.content,
                    }),
                    Err(failure) if failure.code() == Code::GraphNotFound => {}
                    Err(failure) => context.failure(&failure, &one.name),
                }
            }
        }
        Ok(())
    }

    /// Reads objects of a type and keeps what was read: the safety snapshot begins here.
    async fn read(
        &self,
        context: &mut Context,
        kind: &'static ResourceType,
        ids: &[&str],
        known: &BTreeMap<String, KnownObject>,
    ) -> Result<Vec<Result<Read, Failure>>, Halt> {
        let asked = context.store.now().await?;
        let concrete = |id: &str| known.get(&id.to_lowercase()).and_then(|known| known.odata_type.clone());
        let addresses = ids.iter().map(|id| Address { kind, id: (*id).to_owned(), concrete: concrete(id) }).collect();
        let session = self.session.clone();
        let answers = context.or_stop(read_many(&session, addresses)).await?;
        let (mut read, mut observed) = (Vec::with_capacity(ids.len()), Vec::new());
        for (id, answer) in ids.iter().zip(answers) {
            read.push(match answer {
                Ok(raw) => {
                    let item = one::observed(kind, id, asked, raw.clone());
                    let (semantic, content) = (item.content.semantic.clone(), item.content.hash.clone());
                    observed.push(item);
                    Ok(Read { raw, semantic, content })
                }
                Err(failure) => Err(of_item(failure)?),
            });
        }
        let contents: Vec<Canonical> = observed.iter().map(|item: &ObservedItem| item.content.clone()).collect();
        context.store.restores().keep(&context.scope, self.restore.id, &contents).await?;
        context.store.inventory().observe(&context.scope, observed).await?;
        Ok(read)
    }
}
