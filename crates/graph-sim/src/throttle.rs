//! Throttling by Microsoft's published limits, on the simulator's clock.
//!
//! Every request with a valid token is counted against each limit that it falls under, also when it is refused. What nobody has
//! used for the length of its limit is forgotten, so that a thousand idle tenants take no room.

mod answer;
mod limits;
mod meter;
mod rules;
mod service;

use std::collections::HashMap;
use std::time::Duration;

use model::ids::EntraTenantId;
use model::time::Moment;

pub use limits::{Limits, Rate};
pub(crate) use service::{Budget, budget, resource_units};

use meter::{Meter, Taken};
use rules::rules;

/// After so many requests what is idle is looked for.
const SWEEP: u32 = 4096;

/// What is used up together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    limit: &'static str,
    service: &'static str,
    /// The app, by its place in `apps`; all of them together when absent.
    app: Option<u32>,
    tenant: Option<EntraTenantId>,
}

#[derive(Debug)]
struct Used {
    rate: Rate,
    meter: Meter,
    cool_down: Option<CoolDown>,
}

impl Used {
    /// A 429 was given. While one holds, another only lengthens it: who goes on asking has heard of the first.
    fn cool(&mut self, asked: &Asked<'_>, wait: Duration) {
        let until = asked.now.plus(wait);
        let holds = self.cool_down.filter(|cool_down| asked.now < cool_down.until);
        self.cool_down = Some(match holds {
            Some(cool_down) => CoolDown { until: cool_down.until.max(until), ..cool_down },
            None => CoolDown { given: asked.now, until, exchange: asked.exchange },
        });
    }
}

/// The time after a 429 in which nobody should ask.
#[derive(Debug, Clone, Copy)]
struct CoolDown {
    given: Moment,
    until: Moment,
    exchange: u64,
}

/// A request as the limits see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) write: bool,
    pub(crate) tenant: EntraTenantId,
    pub(crate) app: &'a str,
    /// Users of the tenant: larger tenants have larger limits.
    pub(crate) users: u32,
    /// `x-ms-throttle-priority: Low`.
    pub(crate) low: bool,
    /// The number of the HTTP exchange; parts of a batch share it.
    pub(crate) exchange: u64,
    pub(crate) now: Moment,
}

/// What the limits say to a request.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Verdict {
    /// The limit that refuses it.
    pub(crate) refused: Option<Refused>,
    /// It came in the time after a 429 in which nobody should ask; the limit that was cooling down.
    pub(crate) in_cool_down: Option<String>,
    /// The part of the directory's limit that is used, where it is told.
    pub(crate) used: Option<f64>,
}

/// A limit that is used up.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refused {
    /// Name of the limit in counts.
    pub(crate) limit: String,
    /// Whole seconds; absent where the service does not say.
    pub(crate) retry_after: Option<u64>,
    /// The directory's headers: scope and information.
    pub(crate) told: Option<(String, &'static str)>,
}

/// What is used of every limit.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    used: HashMap<Key, Used>,
    apps: HashMap<Box<str>, u32>,
    asked: u32,
}

impl Throttle {
    /// Counts a request against the limits; without limits only scripted cool-downs are looked at.
    pub(crate) fn ask(&mut self, limits: Option<&Limits>, asked: &Asked<'_>) -> Verdict {
        self.sweep(asked.now);
        let app = self.app(asked.app);
        let budget = budget(asked.path);
        let mut verdict = Verdict::default();
        let grace = limits.map_or(Limits::published().grace, |limits| limits.grace);
        let scripted = Key { limit: "scripted", service: service_of(budget), app: Some(app), tenant: Some(asked.tenant) };
        if self.used.get(&scripted).is_some_and(|used| cools(used, asked, grace)) {
            verdict.in_cool_down = Some(budget.name());
        }
        let Some(limits) = limits else { return verdict };
        let mut wait = Duration::ZERO;
        for rule in rules(limits, budget, app, asked) {
            let now = asked.now;
            let fresh = || Used {
                rate: rule.rate,
                meter: if rule.bucket { Meter::bucket(rule.rate, now) } else { Meter::window() },
                cool_down: None,
            };
            let used = self.used.entry(rule.key).or_insert_with(fresh);
            used.rate = rule.rate;
            let taken = used.meter.take(rule.rate, rule.cost, now);
            if cools(used, asked, grace) {
                verdict.in_cool_down.get_or_insert_with(|| name(budget, &rule.key));
            }
            if budget == Budget::Directory && rule.key.limit != "graph" {
                verdict.used = Some(verdict.used.unwrap_or(0.0).max(taken.used));
            }
            if taken.fits && !(asked.low && budget == Budget::Directory && taken.used > 0.9) {
                continue;
            }
            wait = wait.max(taken.wait);
            let seconds = whole_seconds(taken, wait);
            used.cool(asked, Duration::from_secs(seconds));
            let told = (budget == Budget::Directory).then(|| told(&rule.key, asked));
            let retry_after = (budget != Budget::ConditionalAccess).then_some(seconds);
            verdict.refused = Some(Refused { limit: name(budget, &rule.key), retry_after, told });
        }
        verdict
    }

    /// A fault gave a 429: the time in which nobody should ask begins.
    pub(crate) fn scripted(&mut self, asked: &Asked<'_>, retry_after: Option<&str>) -> String {
        let seconds = retry_after.and_then(|text| text.parse().ok()).unwrap_or(1);
        let budget = budget(asked.path);
        let key =
            Key { limit: "scripted", service: service_of(budget), app: Some(self.app(asked.app)), tenant: Some(asked.tenant) };
        let wait = Duration::from_secs(seconds);
        let rate = Rate { count: 1, per: wait };
        let used = self.used.entry(key).or_insert_with(|| Used { rate, meter: Meter::window(), cool_down: None });
        used.meter.take(rate, 1, asked.now);
        used.cool(asked, wait);
        budget.name()
    }

    /// Number of limits that are being counted.
    #[cfg(test)]
    fn counted(&self) -> usize {
        self.used.len()
    }

    fn app(&mut self, client_id: &str) -> u32 {
        if let Some(number) = self.apps.get(client_id) {
            return *number;
        }
        let number = u32::try_from(self.apps.len()).unwrap_or(u32::MAX);
        self.apps.insert(client_id.into(), number);
        number
    }

    fn sweep(&mut self, now: Moment) {
        self.asked += 1;
        if self.asked >= SWEEP {
            self.asked = 0;
            let cooling = |used: &Used| used.cool_down.is_some_and(|cool_down| now < cool_down.until);
            self.used.retain(|_, used| cooling(used) || !used.meter.is_idle(used.rate, now));
        }
    }
}

fn whole_seconds(taken: Taken, wait: Duration) -> u64 {
    let wait = wait.max(taken.wait);
    (wait.as_secs() + u64::from(wait.subsec_micros() > 0)).max(1)
}

fn cools(used: &Used, asked: &Asked<'_>, grace: Duration) -> bool {
    used.cool_down.is_some_and(|cool_down| {
        asked.exchange != cool_down.exchange && asked.now >= cool_down.given.plus(grace) && asked.now < cool_down.until
    })
}

fn service_of(budget: Budget) -> &'static str {
    match budget {
        Budget::Intune(service) => service,
        Budget::Devices => "devices",
        Budget::Directory => "directory",
        Budget::ConditionalAccess => "conditional_access",
        Budget::Reports => "reports",
        Budget::Graph => "graph",
    }
}

fn name(budget: Budget, key: &Key) -> String {
    let scope = match (key.app, key.tenant) {
        (Some(_), Some(_)) => "app and tenant",
        (Some(_), None) => "app",
        _ => "tenant",
    };
    if key.limit == "graph" { "graph: app".to_owned() } else { format!("{} {}: {scope}", budget.name(), key.limit) }
}

fn told(key: &Key, asked: &Asked<'_>) -> (String, &'static str) {
    let scope = match (key.app, key.tenant) {
        (Some(_), Some(_)) => "Tenant_Application",
        (Some(_), None) => "Application",
        _ => "Tenant",
    };
    let access = if key.limit == "writes" { "Write" } else { "ReadWrite" };
    let information = if key.limit == "writes" { "WriteLimitExceeded" } else { "ResourceUnitLimitExceeded" };
    (format!("{scope}/{access}/{}/{}", asked.app, asked.tenant), information)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn tenant(number: u128) -> EntraTenantId {
        EntraTenantId::from_uuid(Uuid::from_u128(number))
    }

    fn asked(path: &str, number: u128, second: i64) -> Asked<'_> {
        let now = Moment::from_micros(1_700_000_000_000_000 + second * 1_000_000);
        Asked {
            path,
            query: "",
            write: false,
            tenant: tenant(number),
            app: "app",
            users: 200,
            low: false,
            exchange: u64::try_from(second).unwrap_or_default() + 1,
            now,
        }
    }

    #[test]
    fn idle_tenants_are_forgotten() {
        let mut throttle = Throttle::default();
        let limits = Limits::published();
        (0..2000).for_each(|n| drop(throttle.ask(Some(&limits), &asked("/beta/deviceManagement/intents", n, 0))));
        assert!(throttle.counted() > 2000);
        for _ in 0..SWEEP {
            throttle.ask(Some(&limits), &asked("/v1.0/groups", 1, 60));
        }
        assert!(throttle.counted() < 10, "{}", throttle.counted());
    }

    #[test]
    fn who_goes_on_asking_in_a_cool_down_is_counted_each_time() {
        let mut throttle = Throttle::default();
        let limits = Limits { intune: Rate::new(2, 20), ..Limits::published() };
        let mut ask = |millis: u64| {
            let first = asked("/beta/deviceManagement/intents", 1, 0);
            let now = first.now.plus(Duration::from_millis(millis));
            throttle.ask(Some(&limits), &Asked { now, exchange: millis + 1, ..first })
        };
        assert_eq!((0..3).filter(|millis| ask(*millis).refused.is_some()).count(), 1);
        let counted = (1..=50).filter(|n| ask(n * 100).in_cool_down.is_some()).count();
        assert_eq!(counted, 48, "all but those that were on their way when the first was refused");
    }

    #[test]
    fn a_shorter_scripted_cool_down_does_not_end_a_longer_one() {
        let mut throttle = Throttle::default();
        throttle.scripted(&asked("/v1.0/groups", 1, 0), Some("60"));
        throttle.scripted(&asked("/v1.0/groups", 1, 1), Some("2"));
        assert!(throttle.ask(None, &asked("/v1.0/groups", 1, 50)).in_cool_down.is_some());
        assert!(throttle.ask(None, &asked("/v1.0/groups", 1, 61)).in_cool_down.is_none());
    }

    #[test]
    fn an_app_has_a_limit_over_all_tenants() {
        let mut throttle = Throttle::default();
        let limits = Limits::published();
        let refused = (0..2100).filter(|n| throttle.ask(Some(&limits), &asked("/v1.0/groups", *n, 0)).refused.is_some()).count();
        assert_eq!(refused, 100);
    }

    #[test]
    fn low_priority_is_refused_first() {
        let mut throttle = Throttle::default();
        let limits = Limits { directory: [Rate::new(100, 10); 3], ..Limits::published() };
        let mut ask = |low| throttle.ask(Some(&limits), &Asked { low, ..asked("/v1.0/groups", 1, 0) }).refused.is_some();
        assert!((0..90).all(|_| !ask(true)));
        assert!(ask(true) && !ask(false));
    }
}
