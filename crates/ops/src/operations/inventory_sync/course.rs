//! How far the reading of one collection has come.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::{Collection, HydrationStep, ResourceType};
use model::time::Moment;
use store::Effort;
use tokio::time::Instant;

use super::pending::Pending;

/// An object whose details are to be read.
pub(super) struct Wanted {
    /// Which of the courses it belongs to.
    pub(super) course: usize,
    pub(super) kind: &'static ResourceType,
    pub(super) id: String,
    /// The object below which it is, where it is below one.
    pub(super) parent: Option<String>,
    pub(super) fingerprint: Option<String>,
    /// Before its details were asked for, by the database's clock; `None` until then.
    pub(super) asked: Option<Moment>,
    pub(super) listed: Json,
}

/// What was seen of one type.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) objects: i64,
    pub(super) details: i64,
}

/// Objects of one type that are named as unread, at most.
const MOST_UNREAD: usize = 2_000;

/// Objects of a type that are there and could not be read.
#[derive(Default)]
pub(super) struct Unread {
    objects: Vec<(String, &'static str)>,
    more: bool,
}

impl Unread {
    pub(super) fn add(&mut self, id: &str, code: Code) {
        if self.objects.len() < MOST_UNREAD {
            self.objects.push((id.replace('\0', "\u{fffd}"), code.code()));
        } else {
            self.more = true;
        }
    }

    /// What the run's item of the type says of it: a backup leaves these objects out, as what is known of them may be old.
    pub(super) fn told(&self) -> serde_json::Value {
        if self.more {
            return serde_json::json!({ "unread": self.objects, "unread_many": true });
        }
        serde_json::json!({ "unread": self.objects })
    }
}

/// How the list ended.
pub(super) enum Ended {
    ToTheEnd,
    Failed(Failure),
}

/// The reading of one collection.
pub(super) struct Course {
    pub(super) collection: Collection,
    pub(super) every_detail: bool,
    /// Keys of the types that were read in this tenant before.
    pub(super) known: BTreeSet<String>,
    /// When reading began, by the database's clock, or when the audit log was asked that tells what changed; `None` before.
    pub(super) from: Option<Moment>,
    pub(super) began: Option<Instant>,
    pub(super) pages: i64,
    /// Elements of the list that were no objects: what they were is not known, so nothing may be called missing.
    pub(super) odd: usize,
    /// By type key.
    pub(super) seen: BTreeMap<&'static str, Seen>,
    /// Objects whose details were asked for and have not come yet.
    pub(super) open: usize,
    pub(super) ended: Option<Ended>,
    pub(super) pending: Pending,
    /// A few names of what changed without a sign in the list, and how many there are.
    pub(super) unannounced: (Vec<String>, usize),
    /// Objects that are there and could not be read, by type key.
    pub(super) unread: BTreeMap<&'static str, Unread>,
    /// Whether it is recorded.
    pub(super) finished: bool,
}

impl Course {
    pub(super) fn new(collection: Collection, every_detail: bool, known: BTreeSet<String>) -> Self {
        Self {
            collection,
            every_detail,
            known,
            from: None,
            began: None,
            pages: 0,
            odd: 0,
            seen: BTreeMap::new(),
            open: 0,
            ended: None,
            pending: Pending::default(),
            unannounced: (Vec::new(), 0),
            unread: BTreeMap::new(),
            finished: false,
        }
    }

    /// The type of an object, when it was asked for.
    pub(super) fn kind_of(&self, object: &Json) -> Option<&'static ResourceType> {
        let kind = self.collection.classify(object)?;
        self.collection.types.iter().any(|wanted| wanted.key == kind.key).then_some(kind)
    }

    /// Whether the audit log tells what changed in one of its types.
    pub(super) fn goes_by_the_log(&self) -> bool {
        self.collection.types.iter().any(|kind| kind.list.audited)
    }

    /// Whether an object is one of that type.
    pub(super) fn is_of(&self, kind: &'static ResourceType, object: &Json) -> bool {
        self.collection.classify(object).is_some_and(|found| found.key == kind.key)
    }

    /// Whether it is recorded.
    pub(super) const fn is_finished(&self) -> bool {
        self.finished
    }

    /// Notes an object that is there and could not be read.
    pub(super) fn not_read(&mut self, kind: &'static ResourceType, id: &str, code: Code) {
        self.unread.entry(&kind.key).or_default().add(id, code);
    }

    pub(super) fn of(&mut self, kind: &'static ResourceType) -> &mut Seen {
        self.seen.entry(&kind.key).or_default()
    }

    /// Whether nothing more is to come.
    pub(super) const fn is_over(&self) -> bool {
        self.ended.is_some() && self.open == 0
    }

    /// What a type of the collection took. The requests for the list count for the first of its types.
    pub(super) fn effort(&self, kind: &'static ResourceType) -> Effort {
        let seen = self.seen.get(kind.key.as_str());
        let details = seen.map_or(0, |seen| seen.details);
        let steps = i64::try_from(Self::steps(kind)).unwrap_or(i64::MAX);
        let first = self.collection.types.first().is_some_and(|first| first.key == kind.key);
        Effort {
            objects: seen.map_or(0, |seen| seen.objects),
            pages: self.pages,
            details,
            requests: details.saturating_mul(steps) + if first { self.pages } else { 0 },
            took: self.began.map_or(Duration::ZERO, |began| began.elapsed()),
            every_detail: self.every_detail,
        }
    }

    /// Requests for the details of one object.
    pub(super) fn steps(kind: &ResourceType) -> usize {
        kind.hydration.iter().filter(|step| HydrationStep::executed(step)).count().max(1)
    }

    pub(super) fn words(&self) -> String {
        self.collection.types.iter().map(|kind| kind.label.as_str()).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_are_named_and_then_it_is_said_that_there_are_more() {
        let mut unread = Unread::default();
        (0..MOST_UNREAD).for_each(|n| unread.add(&format!("{n}\0"), Code::GraphUnavailable));
        let told = unread.told();
        assert_eq!(told["unread"].as_array().map(Vec::len), Some(MOST_UNREAD));
        assert_eq!((&told["unread"][7][0], told.get("unread_many")), (&"7\u{fffd}".into(), None));
        unread.add("one more", Code::GraphUnavailable);
        let told = unread.told();
        assert_eq!((told["unread"].as_array().map(Vec::len), &told["unread_many"]), (Some(MOST_UNREAD), &true.into()));
    }
}
