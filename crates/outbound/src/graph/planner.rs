//! Who sends next: requests ask for their units before they are sent and wait in the order of their priority.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::ids::EntraTenantId;
use model::quota::Allowance;
use tokio::time::{Instant, timeout_at};

use super::order::{Order, Priority, STEP};
use super::quota::{Cost, Counts, Quota, Scope};
use super::service::{Access, PER_APP, Rate, Service};

/// How soon to look again when only answers that somebody else awaits would free units.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// How soon to look again whether a larger share came.
const LOOK_FOR_SHARE: Duration = Duration::from_millis(250);

/// All quotas of the process.
#[derive(Debug, Default)]
pub(crate) struct Planner {
    allowance: Option<Arc<dyn Allowance>>,
    quotas: Mutex<HashMap<Scope, Arc<Quota>>>,
    lanes: Mutex<HashMap<Scope, Arc<Lane>>>,
}

impl Planner {
    /// `allowance`: who divides the quotas among processes, where there may be several.
    pub(crate) fn new(allowance: Option<Arc<dyn Allowance>>) -> Self {
        Self { allowance, ..Self::default() }
    }

    /// Where requests of an application to a service of a tenant wait. Those that write have a lane of their own, so that reads do
    /// not wait behind them; they use the same quotas, and those of writes besides. Where nothing is `paced`, there are no quotas.
    pub(crate) fn lane(
        &self,
        (graph, paced): (&Arc<str>, bool),
        client_id: &Arc<str>,
        tenant: EntraTenantId,
        service: Service,
        access: Access,
    ) -> Arc<Lane> {
        let scope = |client_id: Option<&Arc<str>>, tenant, service, writes| Scope {
            graph: Arc::clone(graph),
            client_id: client_id.cloned(),
            tenant,
            service,
            writes,
        };
        let (app, here, this) = (Some(client_id), Some(tenant), Some(service));
        let own = scope(app, here, this, access == Access::Write);
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = lanes.get(&own) {
            return Arc::clone(lane);
        }
        let any = if service.counts_resource_units() { Counts::Units } else { Counts::Requests };
        // Always in this order, from the widest to the narrowest, writes last: whoever holds several locks took them in the same one.
        let mut limits = vec![
            (scope(app, None, None, false), Counts::Exchanges, Some(PER_APP)),
            (scope(app, None, this, false), any, service.per_app()),
            (scope(None, here, this, false), any, service.per_tenant()),
            (scope(app, here, this, false), any, service.per_app_and_tenant()),
        ];
        if access == Access::Write {
            limits.extend([
                (scope(app, None, this, true), Counts::Writes, service.writes_per_app()),
                (scope(None, here, this, true), Counts::Writes, service.writes_per_tenant()),
                (scope(app, here, this, true), Counts::Writes, service.writes_per_app_and_tenant()),
            ]);
        }
        limits.retain(|_| paced);
        let quotas = limits.into_iter().filter_map(|(scope, counts, rate)| Some(self.quota(scope, counts, rate?))).collect();
        let lane = Arc::new(Lane { quotas, order: Order::default() });
        // Lanes of tenants that nobody asks any more would pile up over the years.
        let now = Instant::now();
        lanes.retain(|_, lane| Arc::strong_count(lane) > 1 || !lane.is_idle(now));
        lanes.insert(own, Arc::clone(&lane));
        lane
    }

    fn quota(&self, scope: Scope, counts: Counts, rate: Rate) -> Arc<Quota> {
        let mut quotas = self.quotas.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        quotas.retain(|_, quota| Arc::strong_count(quota) > 1 || quota.lock().used(now) > 0);
        let made = || Arc::new(Quota::new(scope.clone(), counts, rate, self.allowance.clone()));
        Arc::clone(quotas.entry(scope.clone()).or_insert_with(made))
    }
}

/// Requests of one application to one service of one tenant, those that read or those that write.
#[derive(Debug)]
pub(crate) struct Lane {
    /// The quotas that a request counts against, widest first.
    pub(crate) quotas: Vec<Arc<Quota>>,
    order: Order,
}

/// Why nothing may be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    /// When there will be units again; `None`: when answers have come that are awaited, or others have given up theirs.
    pub(crate) until: Option<Instant>,
    /// Units in use and the limit, of the quota that holds back longest.
    pub(crate) used: u32,
    pub(crate) limit: u32,
    pub(crate) window: Duration,
    /// Whether other processes of the installation hold what is wanted.
    pub(crate) others: bool,
}

impl Lane {
    /// Takes units for the first of some requests, as many of them as there are units for, at least one; waits for its turn and
    /// for the units. `costs`: what each costs. `held` is told why it waits, each time that it looks.
    pub(crate) async fn take(self: &Arc<Self>, priority: Priority, costs: &[Cost], mut held: impl FnMut(Held)) -> Taken {
        let place = self.order.place(priority);
        loop {
            self.quotas.iter().for_each(Quota::want);
            let changed = self.order.changed();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let until = if place.is_first() {
                match self.try_take(costs) {
                    Ok(count) => {
                        return Taken { lane: Arc::clone(self), costs: costs[..count].to_vec(), sent: false };
                    }
                    Err(why) => {
                        held(why);
                        self.look_at(why.until)
                    }
                }
            } else {
                if let Some(cost) = costs.first()
                    && let Err(why) = self.look(*cost)
                {
                    held(why);
                }
                Instant::now() + STEP
            };
            // Woken by the time or by a change: both mean to look again.
            let _ = timeout_at(until, changed).await;
        }
    }

    /// When to look again for units that are expected then.
    fn look_at(&self, until: Option<Instant>) -> Instant {
        let now = Instant::now();
        let until = until.unwrap_or(now + LOOK_AGAIN);
        if self.quotas.iter().any(|quota| quota.is_shared()) { until.min(now + LOOK_FOR_SHARE) } else { until }
    }

    fn try_take(&self, costs: &[Cost]) -> Result<usize, Held> {
        let now = Instant::now();
        let mut held: Vec<_> = self.quotas.iter().map(|quota| (quota, quota.lock())).collect();
        let mut count = 0;
        let mut needs = vec![0; held.len()];
        for cost in costs {
            let fits = held.iter_mut().zip(&needs).all(|((quota, budget), need)| {
                let (cost, limit) = (quota.cost(*cost), budget.limit(now));
                // One request that costs more than there ever is goes when nothing else is under way.
                budget.free(now) >= need + cost || (*need == 0 && limit > 0 && cost > limit && budget.used(now) == 0)
            });
            if !fits {
                break;
            }
            count += 1;
            held.iter().zip(&mut needs).for_each(|((quota, _), need)| *need += quota.cost(*cost));
        }
        if count > 0 {
            held.iter_mut().zip(needs).for_each(|((_, budget), need)| budget.take(need));
            return Ok(count);
        }
        drop(held);
        let looked = costs.first().map_or(Ok(()), |cost| self.look(*cost));
        Err(looked.err().unwrap_or(Held { until: Some(now), used: 0, limit: 0, window: Duration::ZERO, others: false }))
    }

    /// What would hold back a request of that cost now.
    pub(crate) fn look(&self, cost: Cost) -> Result<(), Held> {
        let now = Instant::now();
        let mut worst: Option<Held> = None;
        for quota in &self.quotas {
            let mut budget = quota.lock();
            let limit = budget.limit(now);
            let cost = quota.cost(cost).min(limit.max(1));
            if budget.free(now) >= cost {
                continue;
            }
            let until = budget.free_at(cost, now);
            let others = until.is_none() && limit < cost.max(1).min(budget.for_all_of_us(now));
            let this = Held { until, used: budget.used(now), limit, window: budget.rate().window, others };
            let later = worst.is_none_or(|worst| match (worst.until, until) {
                (Some(worst), Some(this)) => this > worst,
                (Some(_), None) => true,
                (None, _) => false,
            });
            if later {
                worst = Some(this);
            }
        }
        worst.map_or(Ok(()), Err)
    }

    /// Requests were refused for having been too many. `scope`: the quota that the answer names, where it does: whose it is, then
    /// `Write` where it is that of writes.
    pub(crate) fn refused(&self, scope: Option<&str>) {
        let named = |quota: &Scope| {
            let mut words = scope.unwrap_or_default().split('/');
            let whose = match words.next() {
                Some("Application") => quota.tenant.is_none(),
                Some("Tenant") => quota.client_id.is_none(),
                _ => true,
            };
            whose && (scope.is_none() || quota.writes == (words.next() == Some("Write")))
        };
        // The narrowest of those that it may have been.
        let quota = self.quotas.iter().rev().find(|quota| named(&quota.scope)).or_else(|| self.quotas.last());
        if let Some(quota) = quota {
            quota.lock().refused(Instant::now());
        }
    }

    /// An answer says which part of the narrowest quota is in use.
    pub(crate) fn told(&self, part: f64) {
        if let Some(quota) = self.quotas.iter().rev().find(|quota| !quota.scope.writes) {
            quota.lock().told(part, Instant::now());
        }
    }

    fn is_idle(&self, now: Instant) -> bool {
        self.quotas.iter().all(|quota| quota.lock().used(now) == 0)
    }
}

/// Units for requests. Dropped before [`Taken::sending`], they were never used; after it, they count from then on.
#[derive(Debug)]
pub(crate) struct Taken {
    lane: Arc<Lane>,
    costs: Vec<Cost>,
    sent: bool,
}

impl Taken {
    /// Where the units are from.
    pub(crate) fn lane(&self) -> Arc<Lane> {
        Arc::clone(&self.lane)
    }

    /// For how many requests.
    pub(crate) fn count(&self) -> usize {
        self.costs.len()
    }

    /// The requests are on their way.
    pub(crate) fn sending(&mut self) {
        self.sent = true;
    }

    /// Their answers came: what each cost, as far as it says, and whether it was refused for being too many.
    pub(crate) fn answered(mut self, answers: &[(Option<u32>, bool)]) {
        let now = Instant::now();
        let costs = std::mem::take(&mut self.costs);
        for (index, estimated) in costs.iter().enumerate() {
            let (told, refused) = answers.get(index).copied().unwrap_or_default();
            for quota in &self.lane.quotas {
                let cost = Cost { units: told.unwrap_or(estimated.units), ..*estimated };
                quota.lock().answered(quota.cost(*estimated), quota.cost(cost), refused, now);
            }
        }
        self.lane.order.wake();
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let now = Instant::now();
        for cost in &self.costs {
            for quota in &self.lane.quotas {
                let cost = quota.cost(*cost);
                if self.sent {
                    quota.lock().answered(cost, cost, false, now);
                } else {
                    quota.lock().give_back(cost);
                }
            }
        }
        self.lane.order.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::timeout;

    const READ: Cost = Cost { requests: 1, units: 1, write: false };
    const WRITE: Cost = Cost { requests: 1, units: 1, write: true };

    fn lane(planner: &Planner, tenant: u128, service: Service, access: Access) -> Arc<Lane> {
        let tenant = EntraTenantId::from_uuid(uuid::Uuid::from_u128(tenant));
        planner.lane((&"graph".into(), true), &"app".into(), tenant, service, access)
    }

    async fn taken(lane: &Arc<Lane>, cost: Cost, count: usize) -> usize {
        let costs = vec![cost; count];
        let take = lane.take(Priority::Normal, &costs, |_| ());
        let Ok(mut taken) = timeout(Duration::from_secs(1), take).await else { return 0 };
        taken.sending();
        let count = taken.count();
        taken.answered(&[]);
        count
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_takes_a_unit_of_all_requests_and_one_of_writes() {
        let planner = Planner::default();
        let service = Service::Configuration;
        let (reads, writes) = (lane(&planner, 1, service, Access::Read), lane(&planner, 1, service, Access::Write));
        assert_eq!(taken(&writes, WRITE, 150).await, 100, "of 1,000 requests in 20 s, 100 may write");
        assert_eq!(taken(&writes, WRITE, 1).await, 0);
        assert_eq!(taken(&reads, READ, 2000).await, 900, "writes are requests too");
        tokio::time::sleep(Duration::from_secs(20)).await;
        assert_eq!(taken(&reads, READ, 980).await, 980);
        assert_eq!(taken(&writes, WRITE, 100).await, 20, "and they wait for what all requests have left");
    }

    #[tokio::test(start_paused = true)]
    async fn where_nothing_is_paced_there_is_no_quota() {
        let tenant = EntraTenantId::from_uuid(uuid::Uuid::from_u128(1));
        let planner = Planner::default();
        let lane = planner.lane((&"graph".into(), false), &"app".into(), tenant, Service::ConditionalAccess, Access::Read);
        assert_eq!(taken(&lane, READ, 5000).await, 5000);
        lane.refused(None);
        lane.told(0.9);
        assert_eq!(taken(&lane, READ, 5000).await, 5000);
    }

    #[tokio::test(start_paused = true)]
    async fn the_directory_has_limits_of_an_application_over_all_tenants() {
        let planner = Planner::default();
        let one = lane(&planner, 1, Service::Directory, Access::Read);
        let three = Cost { units: 3, ..READ };
        assert_eq!(taken(&one, three, 1200).await, 1166, "3,500 units");
        let writes = lane(&planner, 2, Service::Directory, Access::Write);
        assert_eq!(taken(&writes, WRITE, 2000).await, 834, "2,000 requests in a second, over all tenants");
        let scopes = |lane: &Lane| lane.quotas.iter().map(|quota| quota.scope.to_string()).collect::<Vec<_>>();
        assert_eq!(scopes(&one)[..2], ["graph|app||", "graph|app||directory"]);
        assert_eq!(scopes(&writes)[3], "graph|app||directory|writes");
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_counts_for_the_quota_that_it_names() {
        let planner = Planner::default();
        let lane = lane(&planner, 1, Service::Directory, Access::Write);
        let quota = |scope: &str| lane.quotas.iter().find(|quota| quota.scope.to_string() == scope).unwrap();
        let lower = |scope: &str| {
            let budget = quota(scope).lock();
            budget.for_all_of_us(Instant::now()) < budget.rate().units
        };
        for (named, scope) in [
            ("Application/ReadWrite/app/tenant", "graph|app||directory"),
            ("Application/Write/app/tenant", "graph|app||directory|writes"),
            ("Tenant/Write/app/tenant", "graph||00000000-0000-0000-0000-000000000001|directory|writes"),
            ("Tenant_Application/ReadWrite/app/tenant", "graph|app|00000000-0000-0000-0000-000000000001|directory"),
        ] {
            lane.refused(Some(named));
            assert!(!lower(scope), "{scope}");
            let window = quota(scope).lock().rate().window;
            tokio::time::sleep(window / 2).await;
            lane.refused(Some(named));
            assert!(lower(scope), "{scope}");
        }
    }
}
