//! Events: what happened, in ids, codes and figures. A name is taken along where the page of the thing shows it as well.

use serde::{Deserialize, Serialize};

use super::RuleKind;
use super::plain::plain;
use crate::finding::{FindingKind, Severity};
use crate::ids::TenantId;
use crate::label::Labelled as _;
use crate::operations::{Operation, report_generate};
use crate::report::ReportKind;
use crate::run::Outcome;
use crate::schedule::Omission;
use crate::time::Moment;

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertEvent {
    /// What rules about it are called.
    pub kind: RuleKind,
    /// In which tenant; `None`: in none.
    pub tenant: Option<TenantId>,
    /// What tells it from all other events of the workspace.
    pub key: String,
    /// What the same thing is called when it happens again: what a cooldown goes by.
    pub subject: Subject,
    /// What there is to say.
    pub facts: Facts,
}

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The thing, as a text.
    pub name: String,
    /// For events that follow from how things stand: since when they stand so. One event for each beginning.
    pub since: Option<Moment>,
}

/// What there is to say of an event. A part that its kind does not have is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The id of the thing that its page is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<uuid::Uuid>,
    /// A type of operation, as its code.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub operation: String,
    /// An outcome, the kind of a finding or report, or why a fire was left out, as its code.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub how: String,
    /// Why, as the code of a failure.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// A severity, as its code.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub severity: String,
    /// What the thing is called.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// A moment, in microseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<i64>,
    /// Days, minutes or hours, as its rule counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
}

impl Facts {
    /// Facts as they were stored; what cannot be read is left out.
    #[must_use]
    pub fn stored(value: &serde_json::Value) -> Self {
        serde_json::from_value(value.clone()).unwrap_or_default()
    }

    /// Whether an event of that kind follows from how things stand, so that it can be over before it is told.
    #[must_use]
    pub fn stands(&self, kind: RuleKind) -> bool {
        match kind {
            RuleKind::NoWorker | RuleKind::NoBackup => true,
            RuleKind::ScheduleMissed => self.how.is_empty(),
            _ => false,
        }
    }

    fn label(&self) -> &'static str {
        Operation::from_code(&self.operation).map_or("Unknown operation", |operation| operation.entry().label)
    }

    /// What happened, in our own words alone. Names stand in [`Facts::called`].
    #[must_use]
    pub fn title(&self, kind: RuleKind) -> String {
        let since = self.since.map(Moment::from_micros);
        match kind {
            RuleKind::RunFailed => format!("{}: {}", self.label(), Outcome::from_code(&self.how).badge().word.to_lowercase()),
            RuleKind::Finding => {
                let severity = Severity::from_code(&self.severity).badge().word;
                format!("{severity} finding: {}", FindingKind::from_code(&self.how).badge().word.to_lowercase())
            }
            RuleKind::CredentialExpiring => match self.amount {
                Some(0) => "The credential of a connection has ended".to_owned(),
                Some(1) => "The credential of a connection ends within a day".to_owned(),
                Some(days) => format!("The credential of a connection ends within {days} days"),
                None => "The credential of a connection ends".to_owned(),
            },
            RuleKind::ScheduleMissed => match Omission::from_code(&self.how) {
                Omission::PreviousActive => "A schedule was left out: what it started before was not over".to_owned(),
                Omission::Missed => "A schedule missed its time".to_owned(),
                Omission::Unknown => "A schedule is late".to_owned(),
            },
            RuleKind::NoWorker => "No worker is alive: nothing that is started begins".to_owned(),
            RuleKind::NoBackup => match since {
                Some(_) => format!("No whole backup for {} hours", self.amount.unwrap_or(0)),
                None => "No whole backup yet".to_owned(),
            },
            RuleKind::ReportMade => format!("Report: {}", ReportKind::from_code(&self.how).label().to_lowercase()),
            RuleKind::Unknown => "A test: alerts arrive here".to_owned(),
        }
    }

    /// What more there is to say, in our own words alone.
    #[must_use]
    pub fn detail(&self, kind: RuleKind) -> Option<String> {
        let since = self.since.map(|micros| Moment::from_micros(micros).to_utc_words());
        match kind {
            RuleKind::RunFailed if !self.reason.is_empty() => {
                Some(crate::failure::Failure::new(crate::failure::Code::from_code(&self.reason)).message())
            }
            RuleKind::CredentialExpiring => since.map(|at| format!("Its end: {at}.")),
            RuleKind::ScheduleMissed => since.map(|at| format!("It was due: {at}.")),
            RuleKind::NoWorker => since.map(|at| format!("One was heard of last: {at}.")),
            RuleKind::NoBackup => since.map(|at| format!("The latest one: {at}.")),
            RuleKind::ReportMade => Some(match self.amount {
                Some(1) => "Made by a schedule; it is about the last day.".to_owned(),
                Some(days) => format!("Made by a schedule; it is about the last {days} days."),
                None => "Made by a schedule.".to_owned(),
            }),
            _ => None,
        }
    }

    /// What the thing is called, fit for a line; it comes from outside.
    #[must_use]
    pub fn called(&self) -> Option<String> {
        (!self.name.is_empty()).then(|| plain(&self.name))
    }
}

impl AlertEvent {
    /// The same, told again because what it tells of lasts: another event, of which the one before was at that moment.
    #[must_use]
    pub fn again_after(mut self, before: Option<Moment>) -> Self {
        if let Some(before) = before {
            self.key = format!("{}:{}", self.key, before.micros());
        }
        self
    }

    /// A run ended badly.
    #[must_use]
    pub fn run(run: &crate::run::Run) -> Self {
        let scope = run.tenant_id.map_or_else(|| run.workspace_id.to_string(), |tenant| tenant.to_string());
        Self {
            kind: RuleKind::RunFailed,
            tenant: run.tenant_id,
            key: format!("run:{}", run.id),
            subject: Subject { name: format!("{}:{scope}", run.type_code), since: None },
            facts: Facts {
                id: Some(run.id.uuid()),
                operation: run.type_code.clone(),
                how: run.outcome.code().to_owned(),
                reason: run.reason_code.clone().unwrap_or_default(),
                ..Facts::default()
            },
        }
    }

    /// A schedule made a report; `None` for other runs. A report has the id of its run.
    #[must_use]
    pub fn report(run: &crate::run::Run) -> Option<Self> {
        let made = run.operation == Some(Operation::ReportGenerate)
            && run.trigger == crate::run::Trigger::Schedule
            && matches!(run.outcome, Outcome::Succeeded | Outcome::PartiallySucceeded);
        let wish = report_generate::Arguments::stored(&run.context).filter(|_| made)?;
        let scope = run.tenant_id.map_or_else(|| run.workspace_id.to_string(), |tenant| tenant.to_string());
        Some(Self {
            kind: RuleKind::ReportMade,
            tenant: run.tenant_id,
            key: format!("report:{}", run.id),
            subject: Subject { name: format!("report:{}:{scope}", wish.kind().code()), since: None },
            facts: Facts {
                id: Some(run.id.uuid()),
                operation: run.type_code.clone(),
                how: wish.kind().code().to_owned(),
                amount: wish.kind().has_period().then_some(i64::from(wish.days())),
                ..Facts::default()
            },
        })
    }

    /// A credential reached a stage of its end.
    #[must_use]
    pub fn credential(tenant: TenantId, connection: uuid::Uuid, ends: Moment, stage: i64) -> Self {
        Self {
            kind: RuleKind::CredentialExpiring,
            tenant: Some(tenant),
            key: format!("credential:{connection}:{}:{stage}", ends.micros()),
            // Each stage is a thing of its own: “has ended” is no repetition of “ends within 7 days”.
            subject: Subject { name: format!("{connection}:{stage}"), since: Some(ends) },
            facts: Facts { id: Some(tenant.uuid()), since: Some(ends.micros()), amount: Some(stage), ..Facts::default() },
        }
    }

    /// A fire of a schedule was left out (`how`), or is late (`None`).
    #[must_use]
    pub fn schedule(
        tenant: Option<TenantId>,
        id: crate::ids::ScheduleId,
        name: &str,
        due: Moment,
        how: Option<Omission>,
    ) -> Self {
        Self {
            kind: RuleKind::ScheduleMissed,
            tenant,
            key: format!("schedule:{id}:{}", due.micros()),
            subject: Subject { name: id.to_string(), since: Some(due) },
            facts: Facts {
                id: Some(id.uuid()),
                name: name.to_owned(),
                how: how.map_or_else(String::new, |how| how.code().to_owned()),
                since: Some(due.micros()),
                ..Facts::default()
            },
        }
    }

    /// No worker was heard of since.
    #[must_use]
    pub fn workers(workspace: crate::ids::WorkspaceId, seen: Moment) -> Self {
        Self {
            kind: RuleKind::NoWorker,
            tenant: None,
            key: format!("workers:{}", seen.micros()),
            subject: Subject { name: workspace.to_string(), since: Some(seen) },
            facts: Facts { id: Some(workspace.uuid()), since: Some(seen.micros()), ..Facts::default() },
        }
    }

    /// A tenant has had no whole backup since `latest`, or never; it is asked of it since `base`.
    #[must_use]
    pub fn no_backup(tenant: TenantId, latest: Option<Moment>, base: Moment, hours: i64) -> Self {
        Self {
            kind: RuleKind::NoBackup,
            tenant: Some(tenant),
            key: format!("backup:{tenant}:{}", base.micros()),
            subject: Subject { name: tenant.to_string(), since: Some(base) },
            facts: Facts { id: Some(tenant.uuid()), since: latest.map(Moment::micros), amount: Some(hours), ..Facts::default() },
        }
    }
}
