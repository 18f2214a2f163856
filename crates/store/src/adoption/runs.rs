//! Operation runs: the only place that makes an [`AdoptedRun`], and it makes them from older operation runs only.

use model::failure::{Code, Failure, FailureLine};
use model::operations::Operation;
use model::run::{Counts, Outcome, Trigger};
use model::time::Moment;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::fires::{self, Fire};
use super::kind::{Kind, Plan, Planned};
use super::known::{Known, KnownRun};
use super::old::Old;
use super::report::Table;
use super::shape::{self, Shape};
use super::states::{Was, was};
use super::{counts, failures};
use crate::db::{Result, Tx};
use crate::runs;
use crate::sealed::Keyring;

/// An older operation run as it is recorded here. Built in this file only.
pub(crate) struct AdoptedRun {
    pub(crate) id: Uuid,
    pub(crate) workspace: Uuid,
    pub(crate) tenant: Option<Uuid>,
    pub(crate) type_code: String,
    pub(crate) outcome: Outcome,
    pub(crate) reason: Option<Code>,
    pub(crate) trigger: Trigger,
    pub(crate) user: Option<Uuid>,
    pub(crate) initiator: String,
    pub(crate) counts: Counts,
    pub(crate) failures: Vec<FailureLine>,
    pub(crate) context: Value,
    pub(crate) schedule: Option<Uuid>,
    pub(crate) created_at: Moment,
    pub(crate) started_at: Option<Moment>,
    pub(crate) completed_at: Moment,
    /// Keeps others from making one.
    _of_an_operation_run: OlderRun,
}

struct OlderRun(());

/// Operation runs.
pub(super) struct Runs;

/// A run, and the fire of its schedule that it was.
pub(super) struct Row {
    run: AdoptedRun,
    fire: Option<Fire>,
}

/// The longest type code and name of an initiator.
const MAX_TYPE: usize = 80;
const MAX_NAME: usize = 200;

/// Ids in a context that are kept, as they were.
const IDS: [&str; 8] = [
    "backup_schedule_id",
    "backup_schedule_run_id",
    "backup_set_id",
    "restore_run_id",
    "policy_id",
    "provider_connection_id",
    "baseline_operation_run_id",
    "current_operation_run_id",
];

/// Where a run belongs: its own workspace, or that of its tenant.
fn place(old: &Old, known: &Known) -> std::result::Result<(Uuid, Option<Uuid>), &'static str> {
    let tenant = match old.id("tenant_id") {
        Some(tenant) => Some(*known.tenants.get(&tenant).ok_or("its tenant is not here")?),
        None => None,
    };
    let workspace = match old.id("workspace_id") {
        Some(workspace) => Some(*known.workspaces.get(&workspace).ok_or("its workspace is not here")?),
        None => None,
    };
    match (workspace, tenant) {
        (Some(workspace), Some(tenant)) if workspace != tenant.workspace => Err("workspace and tenant do not belong together"),
        (_, Some(tenant)) => Ok((tenant.workspace, Some(tenant.tenant))),
        (Some(workspace), None) => Ok((workspace, None)),
        (None, None) => Err("neither a workspace nor a tenant"),
    }
}

/// Type and trigger, by the catalogue's older names and nothing else.
fn kind(old: &Old, known: &mut Known) -> std::result::Result<(Option<Operation>, String, String), &'static str> {
    let stored = old.text("type").ok_or("no type")?.to_owned();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if stored.len() > MAX_TYPE || !stored.chars().all(plain) {
        return Err("a type that is no code");
    }
    let operation = Operation::from_code(&stored);
    let code = operation.map_or_else(|| stored.clone(), |operation| operation.code().to_owned());
    if operation.is_none() {
        *known.unknown_types.entry(stored.clone()).or_default() += 1;
    }
    Ok((operation, code, stored))
}

/// What started it: an older name that was folded says so, else whether somebody did.
fn trigger(stored: &str, code: &str, old: &Old) -> Trigger {
    match stored.rsplit('.').next().filter(|_| stored != code) {
        Some("run_now") => Trigger::Manual,
        Some("retry") => Trigger::Retry,
        Some("scheduled") => Trigger::Schedule,
        _ if old.id("user_id").is_some() => Trigger::Manual,
        _ => Trigger::System,
    }
}

/// Ids only: nothing else of a context is kept.
fn context(old: &Old, known: &Known, older: &Value, stored: &str, code: &str) -> Value {
    let mut context = Map::new();
    context.insert("adopted_from".to_owned(), json!(known.source));
    context.insert("adopted_id".to_owned(), json!(old.id("id")));
    if stored != code {
        context.insert("adopted_type".to_owned(), json!(stored));
    }
    let id = |value: &Value| value.is_u64() || value.as_str().is_some_and(|text| text.parse::<Uuid>().is_ok());
    let kept: Map<String, Value> =
        IDS.into_iter().filter_map(|name| Some((name.to_owned(), older.get(name).filter(|value| id(value))?.clone()))).collect();
    if !kept.is_empty() {
        context.insert("adopted_ids".to_owned(), Value::Object(kept));
    }
    Value::Object(context)
}

impl Kind for Runs {
    const SHAPE: &'static Shape = &shape::OPERATION_RUNS;
    const HERE: Option<&'static str> = Some("operation_runs");
    type Row = Row;

    fn plan(old: &Old, id: Uuid, known: &mut Known, table: &mut Table) -> Planned<Row> {
        let (workspace, tenant) = place(old, known)?;
        let was = was(old.text("status").unwrap_or_default(), old.text("outcome").unwrap_or_default())?;
        let old_id = old.id("id").unwrap_or_default();
        let now = known.now;
        let time = |column: &str| old.time(column).map(|at| at.min(now));
        let first =
            ["created_at", "started_at", "completed_at", "updated_at"].into_iter().find_map(time).ok_or("no time at all")?;
        let (operation, type_code, stored) = kind(old, known)?;
        let older = old.json("context").unwrap_or_default();
        let mut failures = failures::lines(old.json("failure_summary").as_ref());
        let unstarted = was == Was::Queued && operation == Some(Operation::RestoreExecute) && known.unstarted.contains(&old_id);
        let (outcome, reason) = match was {
            Was::Ended(Outcome::Succeeded) => (Outcome::Succeeded, None),
            Was::Ended(outcome) => (outcome, failures.first().map(|line| Code::from_code(&line.code))),
            _ if unstarted => (Outcome::Cancelled, Some(Code::RunAdoptedUnstarted)),
            _ => (Outcome::Failed, Some(Code::RunAdoptedWhileActive)),
        };
        if !matches!(was, Was::Ended(_)) {
            let code = if unstarted { Code::RunAdoptedUnstarted } else { Code::RunAdoptedWhileActive };
            failures.push(FailureLine::of(&Failure::new(code), None));
            table.note(if unstarted {
                "a restore that had not begun, ended as cancelled"
            } else {
                "was active, ended as failed"
            });
        }
        let started_at = time("started_at").map(|at| at.max(first));
        let ended = match was {
            Was::Ended(_) => time("completed_at").or_else(|| time("updated_at")).unwrap_or(first),
            _ => now,
        };
        let user = old.id("user_id").and_then(|user| known.users.get(&user).cloned());
        let initiator = match (&user, old.text("initiator_name")) {
            (_, Some(name)) => name.chars().take(MAX_NAME).collect(),
            (Some((_, name)), None) => name.clone(),
            (None, None) => "TenantAtlas".to_owned(),
        };
        let run = AdoptedRun {
            id,
            workspace,
            tenant,
            outcome,
            reason,
            trigger: trigger(&stored, &type_code, old),
            user: user.map(|(id, _)| id),
            initiator,
            counts: counts::kept(old.json("summary_counts").as_ref(), table),
            failures,
            context: context(old, known, &older, &stored, &type_code),
            schedule: fires::schedule(&older, tenant, known),
            created_at: first,
            started_at,
            completed_at: ended.max(started_at.unwrap_or(first)),
            type_code,
            _of_an_operation_run: OlderRun(()),
        };
        let fire = match (operation, run.trigger) {
            (Some(Operation::BackupScheduleRun), Trigger::Schedule) => fires::of(&old_id, &older, &run, known, table),
            _ => None,
        };
        let run = AdoptedRun { schedule: run.schedule.or(fire.as_ref().map(|fire| fire.schedule)), ..run };
        Ok(Plan::New(Row { run, fire }))
    }

    fn learn(old: &Old, old_id: &str, id: Uuid, known: &mut Known) {
        let tenant = old.id("tenant_id").and_then(|tenant| known.tenants.get(&tenant)).map(|place| place.tenant);
        known.runs.insert(old_id.to_owned(), KnownRun { id, tenant });
    }

    async fn write(tx: &mut Tx, _: &Keyring, rows: &[Row]) -> Result<()> {
        runs::adopt(tx, &rows.iter().map(|row| &row.run).collect::<Vec<_>>()).await?;
        fires::write(tx, &rows.iter().filter_map(|row| row.fire.as_ref()).collect::<Vec<_>>()).await
    }
}
