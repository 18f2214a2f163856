//! What the simulator was asked. Counts are kept for ever, single entries for a while.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use model::ids::EntraTenantId;
use model::time::Moment;
use serde::Serialize;

/// Single entries that are kept.
const RECENT: usize = 10_000;

/// The kind of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A request for a token.
    Token,
    /// A page where an administrator consents.
    Consent,
    /// A request to Graph.
    Graph,
    /// A `$batch` request; its parts are counted apart.
    Batch,
    /// A part of a `$batch`.
    BatchPart,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Grows by one with every entry.
    pub number: u64,
    /// When it was answered.
    pub at: Moment,
    /// The tenant of its token, or of the token path.
    pub tenant: Option<EntraTenantId>,
    /// The method.
    pub method: String,
    /// Path and query, cut to 500 bytes.
    pub path: String,
    /// The path with `{id}` in place of keys.
    pub template: String,
    /// The status that was answered.
    pub status: u16,
    /// What kind of request it was.
    pub kind: EntryKind,
}

/// Number of requests that are alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The tenant of the token.
    pub tenant: Option<EntraTenantId>,
    /// The kind.
    pub kind: EntryKind,
    /// The method.
    pub method: String,
    /// The path with `{id}` in place of keys.
    pub template: String,
    /// The status.
    pub status: u16,
    /// How many.
    pub count: u64,
}

/// Which requests to count; what is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The tenant of the token.
    pub tenant: Option<EntraTenantId>,
    /// The kind.
    pub kind: Option<EntryKind>,
    /// The method.
    pub method: Option<String>,
    /// The whole template of the path.
    pub template: Option<String>,
    /// The status.
    pub status: Option<u16>,
}

/// A place in the ledger, to count from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    requests: u64,
    units: u64,
}

/// A limit that refused requests of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ThrottleCount {
    /// The tenant.
    pub tenant: Option<EntraTenantId>,
    /// The limit, e.g. `intune/device_configuration any: app and tenant`; for a fault the service alone.
    pub limit: String,
    /// 429s given.
    pub given: u64,
    /// Requests that came after a 429 before its time was over. Parts of the batch in which it was given do not count, nor does
    /// what came so soon that the 429 cannot have been heard.
    pub in_cool_down: u64,
}

type Key = (Option<EntraTenantId>, EntryKind, String, String, u16);

/// Everything that was asked.
#[derive(Debug, Default, Clone)]
pub struct Ledger {
    counts: BTreeMap<Key, u64>,
    recent: VecDeque<Entry>,
    requests: u64,
    units: u64,
    last: u64,
    throttled: BTreeMap<(Option<EntraTenantId>, String), (u64, u64)>,
    /// Hashes of what was read.
    read: HashSet<u64>,
    repeats: u64,
}

impl Ledger {
    pub(crate) fn record(&mut self, mut entry: Entry) {
        self.last += 1;
        entry.number = self.last;
        if entry.kind != EntryKind::BatchPart {
            self.requests += 1;
        }
        if matches!(entry.kind, EntryKind::Graph | EntryKind::BatchPart) {
            self.units += 1;
        }
        if matches!(entry.kind, EntryKind::Graph | EntryKind::BatchPart) && entry.method == "GET" {
            let mut hasher = DefaultHasher::new();
            (entry.tenant, &entry.path).hash(&mut hasher);
            self.repeats += u64::from(!self.read.insert(hasher.finish()));
        }
        let key = (entry.tenant, entry.kind, entry.method.clone(), entry.template.clone(), entry.status);
        *self.counts.entry(key).or_insert(0) += 1;
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(entry);
    }

    pub(crate) fn throttle_given(&mut self, tenant: Option<EntraTenantId>, limit: String) {
        self.throttled.entry((tenant, limit)).or_default().0 += 1;
    }

    pub(crate) fn asked_in_cool_down(&mut self, tenant: Option<EntraTenantId>, limit: String) {
        self.throttled.entry((tenant, limit)).or_default().1 += 1;
    }

    /// Every limit that refused something.
    #[must_use]
    pub fn throttled(&self) -> Vec<ThrottleCount> {
        let count = |((tenant, limit), (given, in_cool_down)): (&(Option<EntraTenantId>, String), &(u64, u64))| ThrottleCount {
            tenant: *tenant,
            limit: limit.clone(),
            given: *given,
            in_cool_down: *in_cool_down,
        };
        self.throttled.iter().map(count).collect()
    }

    /// HTTP exchanges, tokens included; parts of batches are none of their own.
    #[must_use]
    pub const fn requests(&self) -> u64 {
        self.requests
    }

    /// What Graph's limits count: requests to Graph, each part of a batch as one.
    #[must_use]
    pub const fn units(&self) -> u64 {
        self.units
    }

    /// Reads of what had been asked for before, word for word, whatever the first answer was.
    #[must_use]
    pub const fn repeats(&self) -> u64 {
        self.repeats
    }

    /// This place in the ledger.
    #[must_use]
    pub const fn mark(&self) -> Mark {
        Mark { requests: self.requests, units: self.units }
    }

    /// HTTP exchanges since a mark.
    #[must_use]
    pub const fn requests_since(&self, mark: Mark) -> u64 {
        self.requests.saturating_sub(mark.requests)
    }

    /// Units since a mark.
    #[must_use]
    pub const fn units_since(&self, mark: Mark) -> u64 {
        self.units.saturating_sub(mark.units)
    }

    /// Number of entries that the filter lets through.
    #[must_use]
    pub fn count(&self, filter: &Filter) -> u64 {
        self.counts(filter).iter().map(|count| count.count).sum()
    }

    /// Counts of entries that the filter lets through.
    #[must_use]
    pub fn counts(&self, filter: &Filter) -> Vec<Count> {
        let passes = |(tenant, kind, method, template, status): &Key| {
            filter.tenant.is_none_or(|wanted| *tenant == Some(wanted))
                && filter.kind.is_none_or(|wanted| *kind == wanted)
                && filter.method.as_ref().is_none_or(|wanted| method == wanted)
                && filter.template.as_ref().is_none_or(|wanted| template == wanted)
                && filter.status.is_none_or(|wanted| *status == wanted)
        };
        let count = |(key, count): (&Key, &u64)| Count {
            tenant: key.0,
            kind: key.1,
            method: key.2.clone(),
            template: key.3.clone(),
            status: key.4,
            count: *count,
        };
        self.counts.iter().filter(|(key, _)| passes(key)).map(count).collect()
    }

    /// The latest entries, oldest first.
    pub fn recent(&self) -> impl Iterator<Item = &Entry> {
        self.recent.iter()
    }
}
