//! Faults that are set up, and whom they hit.

use model::ids::EntraTenantId;
use model::json::Json;
use model::time::Moment;

use super::{Effect, Fault, FaultId, Which};

#[derive(Debug)]
struct Active {
    id: FaultId,
    fault: Fault,
    matched: u32,
    applied: u32,
}

/// A request as faults see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit<'a> {
    pub(crate) tenant: Option<EntraTenantId>,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) template: &'a str,
    pub(crate) body: &'a [u8],
    pub(crate) now: Moment,
    pub(crate) seed: u64,
}

/// Whether a path belongs to a service: `intune` is every service of Intune.
fn is_of(service: &str, path: &str) -> bool {
    let name = crate::throttle::budget(path).name();
    name == service || name.strip_prefix(service).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether an effect that is about a property of the body can have it.
fn may_have(effect: &Effect, template: &str, body: &[u8]) -> bool {
    match effect {
        // A batch is no write itself: its parts are hit each by itself.
        Effect::ReadOnlyProperty { name } => {
            !template.ends_with("/$batch") && Json::parse(body).is_ok_and(|body| holds(&body, name))
        }
        _ => true,
    }
}

fn holds(value: &Json, name: &str) -> bool {
    match value {
        Json::Array(items) => items.iter().any(|item| holds(item, name)),
        Json::Object(members) => members.iter().any(|(have, value)| have == name || holds(value, name)),
        _ => false,
    }
}

/// A number that looks random and is always the same (splitmix64).
fn dice(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The faults that are set up, in the order in which they were.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    active: Vec<Active>,
    last: u64,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) -> FaultId {
        self.last += 1;
        let id = FaultId(self.last);
        self.active.push(Active { id, fault, matched: 0, applied: 0 });
        id
    }

    pub(crate) fn clear(&mut self) {
        self.active.clear();
    }

    pub(crate) fn remove(&mut self, id: FaultId) -> bool {
        let before = self.active.len();
        self.active.retain(|active| active.id != id);
        self.active.len() < before
    }

    /// How often a fault hit.
    pub(crate) fn applied(&self, id: FaultId) -> u32 {
        self.active.iter().find(|active| active.id == id).map_or(0, |active| active.applied)
    }

    pub(crate) fn list(&self) -> Vec<(FaultId, Fault, u32)> {
        self.active.iter().map(|active| (active.id, active.fault.clone(), active.applied)).collect()
    }

    /// The effect for a request: that of the first fault that hits. Every fault that matches counts it.
    pub(crate) fn hit(&mut self, asked: &Hit<'_>) -> Option<Effect> {
        let Hit { tenant, method, path, query, template, body, now, seed } = *asked;
        let mut effect = None;
        for active in &mut self.active {
            let fault = &active.fault;
            let matches = fault.tenant.is_none_or(|wanted| tenant == Some(wanted))
                && fault.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && fault.path.as_ref().is_none_or(|wanted| template == wanted || path.starts_with(wanted.as_str()))
                && fault.query.as_ref().is_none_or(|wanted| query.contains(wanted.as_str()))
                && fault.service.as_ref().is_none_or(|wanted| is_of(wanted, path))
                && fault.from.is_none_or(|from| now >= from)
                && fault.until.is_none_or(|until| now < until)
                && may_have(&fault.effect, template, body);
            if !matches {
                continue;
            }
            active.matched += 1;
            let chosen = match fault.which {
                Which::All => true,
                Which::Nth(n) => active.matched == n,
                Which::Every(k) => k > 0 && active.matched % k == 0,
                Which::First(n) => active.matched <= n,
                Which::After(n) => active.matched > n,
                Which::Percent(percent) => {
                    dice(seed ^ (active.id.0 << 32) ^ u64::from(active.matched)) % 100 < u64::from(percent)
                }
            };
            if chosen && effect.is_none() && fault.times.is_none_or(|times| active.applied < times) {
                active.applied += 1;
                effect = Some(fault.effect.clone());
            }
        }
        effect
    }
}
