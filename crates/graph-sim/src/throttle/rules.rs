//! Which limits a request falls under.

use super::{Asked, Budget, Key, Limits, Rate, resource_units, service_of};

/// A limit that a request falls under.
pub(super) struct Rule {
    pub(super) key: Key,
    pub(super) rate: Rate,
    pub(super) cost: u32,
    pub(super) bucket: bool,
}

fn double(rate: Rate) -> Rate {
    Rate { count: rate.count.saturating_mul(2), ..rate }
}

/// The limits that a request falls under.
pub(super) fn rules(limits: &Limits, budget: Budget, app: u32, asked: &Asked<'_>) -> Vec<Rule> {
    let service = service_of(budget);
    let rule = |limit, app, tenant, rate, cost| Rule { key: Key { limit, service, app, tenant }, rate, cost, bucket: false };
    let (one, all, here, everywhere) = (Some(app), None, Some(asked.tenant), None);
    let mut rules = vec![Rule {
        key: Key { limit: "graph", service: "graph", app: one, tenant: everywhere },
        rate: limits.graph,
        cost: 1,
        bucket: false,
    }];
    match budget {
        Budget::Intune(_) | Budget::Devices => {
            let any = if budget == Budget::Devices { limits.devices } else { limits.intune };
            // Writes to devices have the double budget as well.
            let writes = if budget == Budget::Devices { double(limits.intune_writes) } else { limits.intune_writes };
            rules.push(rule("any", one, here, any, 1));
            rules.push(rule("any", all, here, double(any), 1));
            if asked.write {
                rules.push(rule("writes", one, here, writes, 1));
                rules.push(rule("writes", all, here, double(writes), 1));
            }
        }
        Budget::Directory => {
            let units = resource_units(asked.path, asked.query, asked.write);
            let size = usize::from(asked.users >= 50) + usize::from(asked.users > 500);
            rules.push(Rule { bucket: true, ..rule("units", one, here, limits.directory[size], units) });
            rules.push(Rule { bucket: true, ..rule("units", one, everywhere, limits.directory_app, units) });
            if asked.write {
                rules.push(rule("writes", one, here, limits.directory_writes, 1));
                rules.push(rule("writes", one, everywhere, limits.directory_app_writes, 1));
                rules.push(rule("writes", all, here, limits.directory_tenant_writes, 1));
            }
        }
        Budget::ConditionalAccess => rules.push(rule("any", all, here, limits.conditional_access, 1)),
        Budget::Reports => rules.push(rule("any", one, here, limits.reports, 1)),
        Budget::Graph => {}
    }
    rules
}
