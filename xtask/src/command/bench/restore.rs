//! Restores, measured on real processes: a tenant is backed up and emptied, planned, previewed and restored by the API, and what the
//! simulator holds afterwards is compared with what it held before.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::api::{Api, Cost};
use super::http::Client;
use super::installation::Installation;
use super::page::ok;
use super::place::{Database, Place, Setting, set, simulator};
use super::press::{Button, Visit};
use super::program::Program;
use super::same::{self, Compared, Contents};
use crate::machine::{Need, Tools};
use crate::postgres::Server;

/// Groups of the invented tenant.
const GROUPS: usize = 60;

const NEAR: Setting = Setting { latency: Duration::ZERO, honour_top: true, limits: false };

/// What to measure.
pub(super) struct Plan<'a> {
    /// The program.
    pub(super) file: &'a Path,
    /// Where it may write.
    pub(super) scratch: &'a Path,
    /// Policies of the tenant that is restored without limits.
    pub(super) policies: usize,
    /// Policies of the one that is restored under Microsoft's limits.
    pub(super) few: usize,
    pub(super) rounds: usize,
    /// The databases.
    pub(super) databases: Vec<Database>,
}

/// One restore of an emptied tenant.
#[derive(Debug, Clone)]
pub(super) struct Round {
    pub(super) database: Database,
    /// Whether under Microsoft's limits.
    pub(super) limits: bool,
    /// Choosing everything of the backup set.
    pub(super) choose: Cost,
    /// References and checks.
    pub(super) check: Cost,
    /// The preview while everything is there, without latency.
    pub(super) unchanged: Cost,
    /// The preview of the emptied tenant, without latency.
    pub(super) preview: Cost,
    /// The rehearsal of that plan; nothing is asked.
    pub(super) rehearse: Cost,
    pub(super) execute: Cost,
    /// How many items have which outcome.
    pub(super) outcomes: BTreeMap<String, u64>,
    pub(super) compared: Compared,
}

/// Everything that was measured.
#[derive(Default)]
pub(super) struct Measured {
    pub(super) policies: usize,
    pub(super) few: usize,
    pub(super) rounds: usize,
    pub(super) all: Vec<Round>,
}

/// Measures on the databases in turn.
pub(super) fn measure(plan: &Plan<'_>) -> Result<Measured> {
    let tools = Tools::provide(&[Need::Postgres])?;
    let server = Server::start_durable(tools.postgres()?)?;
    let place = Place { file: plan.file, scratch: plan.scratch, bin: tools.postgres()?, server: &server };
    let mut measured = Measured { policies: plan.policies, few: plan.few, rounds: plan.rounds, all: Vec::new() };
    for round in 1..=plan.rounds {
        for (limits, policies) in [(false, plan.policies), (true, plan.few)] {
            for database in plan.databases.iter().copied().filter(|_| policies > 0) {
                let name = format!("{round}_{}", if limits { "limits" } else { "free" });
                // Each has a tenant of its own: what a restore made has other ids.
                let simulator = simulator(plan.file, plan.scratch, policies, GROUPS, "simulator")?;
                let installation = place.installation(&name, database, &simulator)?;
                let done = one(&installation, &simulator, database, limits)?;
                println!("round {round} of {}: {done:#?}", plan.rounds);
                measured.all.push(done);
                simulator.stop()?;
            }
        }
    }
    Ok(measured)
}

fn one(installation: &Installation, simulator: &Program, database: Database, limits: bool) -> Result<Round> {
    set(simulator, NEAR)?;
    let serving = installation.start(limits)?;
    let mut visit = Visit::begin(&serving, simulator)?;
    visit.press(Button::Inventory, false)?;
    visit.press(Button::Groups, false)?;
    let (client, tenant) = (visit.api()?, visit.tenant()?);
    drop(visit);
    let mut api = Api::of(&serving, simulator, client, tenant)?;
    let mut held = Held::of(simulator)?;

    api.run("/backups", &json!({}), &["succeeded", "partially_succeeded"])?;
    let backup = api.get("/backups")?["items"][0]["id"].take();
    let draft = api.post("/restores", &json!({ "backup": backup, "name": "Benchmark" }))?;
    let path = format!("/restores/{}", draft["id"].as_str().context("no restore was made")?);
    let (chosen, choose) =
        api.measured(&format!("{path}/choose"), &json!({ "revision": draft["revision"], "everything": true }))?;
    let (checked, check) = api.measured(&format!("{path}/check"), &json!({ "revision": chosen["revision"] }))?;
    let seen = json!({ "revision": checked["revision"] });
    let (_, unchanged) = api.run(&format!("{path}/preview"), &seen, &["succeeded"])?;

    // What is there as it was backed up goes. A first preview tells what of it is never written: that comes back.
    let before = held.everything()?;
    held.remove(&with_action(&api.all(&format!("{path}/items"))?, "unchanged"))?;
    api.run(&format!("{path}/preview"), &seen, &["succeeded"])?;
    held.put_back(&before, &with_action(&api.all(&format!("{path}/items"))?, "skip"))?;
    let (_, preview) = api.run(&format!("{path}/preview"), &seen, &["succeeded"])?;
    // What stayed and refers to something that is made anew is changed.
    let planned = api.all(&format!("{path}/items"))?;
    let written: BTreeSet<_> = ["recreate", "update"].iter().flat_map(|action| with_action(&planned, action)).collect();
    let plan = api.get(&path)?["restore"]["plan"].take();

    let wish = json!({ "plan": plan });
    let (_, rehearse) = api.run(&format!("{path}/rehearsal"), &wish, &["succeeded", "partially_succeeded"])?;

    set(simulator, Setting { latency: Duration::from_millis(50), limits, ..NEAR })?;
    let wish = json!({ "revision": checked["revision"], "plan": plan, "confirm": Installation::TENANT });
    let (_, execute) = api.run(&format!("{path}/execute"), &wish, &["succeeded", "partially_succeeded"])?;
    set(simulator, NEAR)?;
    let items = api.all(&format!("{path}/items"))?;
    let compared = same::compare(&before, &held.everything()?, &written, &made(&items));
    let outcomes = outcomes(&items);
    drop(api);
    serving.stop()?;
    Ok(Round { database, limits, choose, check, unchanged, preview, rehearse, execute, outcomes, compared })
}

/// Type and id of each object with which that is done, but for what no tenant is without.
fn with_action(items: &[Value], action: &str) -> BTreeSet<(String, String)> {
    let those = items.iter().filter(|item| item["action"] == action);
    let places =
        those.filter_map(|item| Some((item["resource_type"].as_str()?.to_owned(), item["source_id"].as_str()?.to_owned())));
    places.filter(|(_, id)| id != "0" && !id.contains("_Default")).collect()
}

/// The id of each object afterwards, by its type and old id: of what was made, or of what was changed.
fn made(items: &[Value]) -> BTreeMap<(String, String), String> {
    let one = |item: &Value| {
        let place = (item["resource_type"].as_str()?.to_owned(), item["source_id"].as_str()?.to_owned());
        Some((place, item["result_id"].as_str().or_else(|| item["target_id"].as_str())?.to_owned()))
    };
    items.iter().filter_map(one).collect()
}

/// How many items have which outcome, and for which reason where it is none of the good ones.
fn outcomes(items: &[Value]) -> BTreeMap<String, u64> {
    let mut outcomes = BTreeMap::new();
    for item in items {
        let why = item["hindrance"].as_str().or_else(|| item["code"].as_str()).unwrap_or_default();
        let outcome = item["outcome"].as_str().unwrap_or("open");
        *outcomes.entry(format!("{outcome} {why}").trim().to_owned()).or_default() += 1;
    }
    outcomes
}

/// What the simulator holds of its tenant.
struct Held {
    control: Client,
    path: String,
}

impl Held {
    fn of(simulator: &Program) -> Result<Self> {
        let path = format!("/_sim/tenants/{}/objects", simulator.said("Tenant")?);
        Ok(Self { control: Client::of(&simulator.url)?, path })
    }

    fn everything(&mut self) -> Result<Contents> {
        same::contents(&ok(self.control.get(&self.path)?, &self.path)?).context("the simulator tells its contents in another way")
    }

    fn remove(&mut self, places: &BTreeSet<(String, String)>) -> Result<()> {
        for (kind, id) in places {
            let path = format!("{}/{kind}/{id}", self.path);
            ok(self.control.delete(&path)?, &path)?;
        }
        if places.is_empty() {
            bail!("there is nothing to be restored");
        }
        Ok(())
    }

    fn put_back(&mut self, before: &Contents, places: &BTreeSet<(String, String)>) -> Result<()> {
        for (kind, id) in places {
            let (path, object) = (format!("{}/{kind}", self.path), before.get(kind).and_then(|all| all.get(id)));
            let object = object.with_context(|| format!("there was no {kind} {id}"))?;
            ok(self.control.post_json(&path, &object.to_string())?, &path)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_tenant_is_without_stays() {
        let item = |action: &str, id: &str| json!({ "resource_type": "script", "source_id": id, "action": action, "outcome": "verified", "result_id": "n" });
        let items = [item("unchanged", "a"), item("unchanged", "0"), item("unchanged", "x_DefaultY"), item("skip", "b")];
        assert_eq!(with_action(&items, "unchanged"), [("script".to_owned(), "a".to_owned())].into());
        assert_eq!(made(&items[..1]), [(("script".to_owned(), "a".to_owned()), "n".to_owned())].into());
        assert_eq!(outcomes(&items), [("verified".to_owned(), 4)].into());
    }
}
