//! What the simulator tells of itself: what it was asked, what took effect, what was refused.

use model::ids::EntraTenantId;

use crate::effects::EffectCount;
use crate::ledger::{Filter, Ledger, Mark, ThrottleCount};
use crate::sim::Sim;

impl Sim {
    /// A copy of the ledger.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.ledger_mut().clone()
    }

    /// HTTP exchanges so far, tokens included.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.ledger_mut().requests()
    }

    /// The present place in the ledger.
    #[must_use]
    pub fn mark(&self) -> Mark {
        self.ledger_mut().mark()
    }

    /// HTTP exchanges since a mark.
    #[must_use]
    pub fn requests_since(&self, mark: Mark) -> u64 {
        self.ledger_mut().requests_since(mark)
    }

    /// Units of Graph's limits since a mark: each part of a batch is one.
    #[must_use]
    pub fn units_since(&self, mark: Mark) -> u64 {
        self.ledger_mut().units_since(mark)
    }

    /// Number of requests that the filter lets through.
    #[must_use]
    pub fn count(&self, filter: &Filter) -> u64 {
        self.ledger_mut().count(filter)
    }

    /// Every write that took effect, counted by path and id; in one tenant, or in all.
    #[must_use]
    pub fn effects(&self, tenant: Option<EntraTenantId>) -> Vec<EffectCount> {
        self.effects_mut().all(tenant)
    }

    /// How often something was written to an object: created, changed, assigned, deleted, or below it.
    #[must_use]
    pub fn writes_to(&self, tenant: EntraTenantId, id: &str) -> u64 {
        self.effects(Some(tenant)).iter().filter(|effect| effect.id == id).map(|effect| effect.count).sum()
    }

    /// Paths and names under which more than one object was created.
    #[must_use]
    pub fn created_twice(&self, tenant: EntraTenantId) -> Vec<(String, String)> {
        self.effects_mut().created_twice(tenant)
    }

    /// Forgets the writes so far.
    pub fn clear_effects(&self) {
        self.effects_mut().clear();
    }

    /// Every limit that refused something: how often, and how many requests came while they should have waited.
    #[must_use]
    pub fn throttled(&self) -> Vec<ThrottleCount> {
        self.ledger_mut().throttled()
    }

    /// 429s given, by limits and by faults.
    #[must_use]
    pub fn throttles_given(&self) -> u64 {
        self.throttled().iter().map(|count| count.given).sum()
    }

    /// Requests that came after a 429 before its time was over.
    #[must_use]
    pub fn requests_in_cool_down(&self) -> u64 {
        self.throttled().iter().map(|count| count.in_cool_down).sum()
    }

    /// Empties the ledger.
    pub fn clear_ledger(&self) {
        *self.ledger_mut() = Ledger::default();
    }
}
