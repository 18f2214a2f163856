//! The demo's tenants and the simulator that answers for them.

use std::sync::Arc;

use anyhow::Result;
use graph_sim::{AppRegistration, Settings, Sim, Size, TenantProfile, TenantState};
use model::ids::EntraTenantId;
use model::tenant::Environment;
use model::time::Clock;

use super::history;
use super::state::State;
use crate::commands::sim::{CLIENT_ID, CLIENT_SECRET, entra_id};

/// A tenant of the demo.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(crate) name: String,
    pub(crate) domain: String,
    pub(crate) id: EntraTenantId,
    pub(crate) environment: Environment,
    /// In the workspace of the demo's main people, or in the other one.
    pub(crate) ours: bool,
    /// Invented: it is synced at the start and goes on changing.
    pub(crate) invented: bool,
}

const INVENTED: &[(&str, &str, Environment, bool)] = &[
    ("Contoso Retail", "contoso-retail.example", Environment::Production, true),
    ("Fabrikam Engineering", "fabrikam-engineering.example", Environment::Staging, true),
    ("Tailspin Toys", "tailspin-toys.example", Environment::Development, true),
    ("Adatum Bank", "adatum-bank.example", Environment::Production, false),
];

/// The seed that stands for loaded content; far from those of invented tenants.
const LOADED: u64 = 100;
/// Weeks of changes that are still to come in an invented tenant.
const WEEKS: u32 = 8;

/// Makes the tenants as an earlier start left them, or new ones.
pub(crate) fn simulate(state: &State, clock: Arc<dyn Clock>) -> Result<(Sim, Vec<Planned>)> {
    let (now, load) = (state.invented_at, &state.load);
    let sim = Sim::with_settings(clock, Settings { honour_top: true, ..Settings::default() });
    let mut planned = Vec::new();
    let add = |planned: &mut Vec<Planned>, tenant: Planned, content: TenantState| {
        let app = AppRegistration::new(CLIENT_ID, CLIENT_SECRET);
        sim.add_tenant(TenantProfile::new(tenant.id, &tenant.name, &tenant.domain, app), content);
        planned.push(tenant);
    };
    if !load.is_empty() {
        let (content, report) = graph_sim::load_folders(load)?;
        print!("Loaded {report}");
        let names: Vec<_> = load.iter().filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect();
        let tenant = Planned {
            name: names.join(" + "),
            domain: "loaded.example".to_owned(),
            id: entra_id(LOADED),
            environment: Environment::Production,
            ours: true,
            invented: false,
        };
        add(&mut planned, tenant, content);
    }
    for (seed, (name, domain, environment, ours)) in (1_u64..).zip(INVENTED) {
        let mut content = graph_sim::generate(seed, Size { policies: state.policies, ..Size::demo() }, now);
        graph_sim::broaden(&mut content, seed, now);
        let changes = graph_sim::history(&content, seed, WEEKS, now);
        content.add_history(changes);
        let tenant = Planned {
            name: (*name).to_owned(),
            domain: (*domain).to_owned(),
            id: entra_id(seed),
            environment: *environment,
            ours: *ours,
            invented: true,
        };
        add(&mut planned, tenant, content);
    }
    for turn in 0..state.turns {
        history::advance(&sim, &planned, turn);
    }
    Ok((sim, planned))
}
