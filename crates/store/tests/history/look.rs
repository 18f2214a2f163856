//! What can be seen in a database after a step: through the list of runs, and what stands beside them.

use std::collections::BTreeMap;

use model::run::Run;
use model::time::Moment;
use store::Backend;
use store::runs::RunFilter;
use testkit::reference::{Sight, figures, or_dash};

use super::product::Product;

/// More runs than a history makes.
const ALL: u32 = 500;

/// What each run shows. Times are told in seconds since `began`.
pub(super) async fn look(product: &mut Product<'_>, began: Moment) -> Vec<Sight> {
    let store = &product.t.store;
    let mut runs: Vec<Run> = Vec::new();
    for (who, workspace) in product.people().zip([product.world.workspace, product.world.foreign_workspace]) {
        let scope = store.access().workspace(who, workspace).await.unwrap();
        runs.extend(store.runs().list(&scope, &RunFilter::default(), None, ALL).await.unwrap().page.rows);
    }
    runs.sort_by_key(|run| run.id);
    let mut beside = beside(product).await;
    runs.iter().map(|run| sight(product, run, beside.remove(&run.id.uuid().simple().to_string()), began)).collect()
}

/// Slots, items, timeline and notices, by run.
async fn beside(product: &Product<'_>) -> BTreeMap<String, Sight> {
    let (id, run_id) = match product.t.store.backend() {
        Backend::Sqlite => ("lower(hex(id))", "lower(hex(run_id))"),
        Backend::Postgres => ("replace(cast(id as text), '-', '')", "replace(cast(run_id as text), '-', '')"),
    };
    let all = format!(
        "select line from (
           select {id} as run, 0 as kind, '' as part, {id} || '|slots|' || coalesce(cast(tenant_slot as text), '-') || ' '
             || coalesce(cast(workspace_slot as text), '-') as line from operation_runs
           union all select {run_id}, 1, item_key, {run_id} || '|item|' || item_key || ' ' || status || ' in ' || cast(attempt as text)
             from operation_run_items
           union all select {run_id}, 2, {id}, {run_id} || '|event|' || code from operation_run_events
           union all select {run_id}, 3, {id}, {run_id} || '|notice|' || status || ' ' || outcome from notices n
             where user_id = (select user_id from operation_runs r where r.id = n.run_id)) q order by run, kind, part"
    );
    let mut by_run: BTreeMap<String, Sight> = BTreeMap::new();
    for line in product.t.texts(&all).await {
        let mut parts = line.splitn(3, '|');
        let (run, kind, text) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap().to_owned());
        let sight = by_run.entry(run.to_owned()).or_default();
        match kind {
            "slots" => sight.lease = text,
            "item" => sight.items.push(text),
            "event" => sight.events.push(text),
            _ => sight.notice.push(text),
        }
    }
    by_run
}

fn sight(product: &mut Product<'_>, run: &Run, beside: Option<Sight>, began: Moment) -> Sight {
    let seconds = |at: Moment| at.seconds() - began.seconds();
    let beside = beside.unwrap_or_default();
    let number = product.number(run);
    let worker = run.lease_owner.as_ref().map(|owner| product.workers.iter().position(|w| w.as_str() == owner).unwrap());
    let reference = |id: Option<model::ids::RunId>| or_dash(id.map(|id| product.known(id).expect("a run that is there")));
    Sight {
        number,
        state: format!("{} {} {} {} {}", run.type_code, run.status, run.outcome, or_dash(run.reason_code.as_ref()), run.trigger),
        lease: format!("attempt {} token {} worker {} slots {}", run.attempt, run.lease_token, or_dash(worker), beside.lease),
        times: format!(
            "created {} available {} start by {} began {} ended {} cancel {}",
            seconds(run.created_at),
            seconds(run.available_at),
            or_dash(run.start_deadline.map(seconds)),
            or_dash(run.started_at.map(seconds)),
            or_dash(run.completed_at.map(seconds)),
            or_dash(run.cancel_requested_at.map(seconds))
        ),
        counts: figures(&run.counts),
        links: format!(
            "retry of {} caused by {} scheduled {}",
            reference(run.retry_of_run_id),
            reference(run.caused_by_run_id),
            run.schedule_id.is_some()
        ),
        items: beside.items,
        events: beside.events,
        notice: beside.notice,
    }
}
