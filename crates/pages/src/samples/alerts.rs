//! Alerts: rules, destinations, and the log in every state.

use model::alert::{
    Delivery, DeliveryState, Destination, DestinationKind, Facts, Mail, MailSecurity, NewRule, QuietHours, Reach, Rule, RuleKind,
    Why,
};
use model::finding::Severity;
use model::page::Page as Rows;

use super::HOSTILE;
use super::values::{id, moment, production};
use crate::alerts::{DestinationForm, DestinationInput, KeyMade, List, Log, RuleForm, RuleInput};
use crate::components::field::FieldProblem;

fn destination(n: u32, kind: DestinationKind, name: &str) -> Destination {
    let to = ["night@contoso.example".to_owned()];
    let mail = Mail::checked("smtp.contoso.example", "587", MailSecurity::StartTls, "atlas", "atlas@contoso.example", &to).ok();
    Destination {
        id: id(31, n),
        name: name.to_owned(),
        kind,
        shown: "https://hooks.contoso.example/…".to_owned(),
        mail: mail.filter(|_| kind == DestinationKind::Email),
        enabled: n != 2,
        rules: i64::from(n),
        last_failed: n == 3,
        revision: 3,
        updated_at: moment(7_200),
    }
}

fn rule(n: u32, kind: RuleKind, name: &str) -> Rule {
    Rule {
        id: id(32, n),
        says: NewRule {
            name: name.to_owned(),
            kind,
            severity: Severity::High,
            amount: kind.amount().map_or(0, |amount| amount.proposed),
            reach: if n == 1 { Reach::All } else { Reach::Tenant(production().id) },
            destination: id(31, 1),
            quiet: QuietHours::parse("22:00", "07:00", "Europe/Berlin").ok(),
            cooldown_minutes: 60,
            digest_minutes: 5,
            enabled: n != 2,
        },
        destination_name: name.to_owned(),
        reach_name: (n == 3).then(|| name.to_owned()),
        revision: 1,
        updated_at: moment(600),
    }
}

fn line(n: u32, kind: RuleKind, state: DeliveryState, reason: Option<&str>, name: &str) -> Delivery {
    Delivery {
        id: id(33, n),
        kind,
        facts: Facts {
            id: Some(id::<model::ids::RunId>(7, 1).uuid()),
            operation: "inventory_sync".to_owned(),
            how: "failed".to_owned(),
            severity: "high".to_owned(),
            name: name.to_owned(),
            amount: Some(48),
            since: Some(moment(86_400).micros()),
            ..Facts::default()
        },
        tenant: Some((production().id, name.to_owned())),
        rule: (n != 3).then(|| name.to_owned()),
        destination: (n != 4).then(|| name.to_owned()),
        state,
        reason: reason.map(str::to_owned),
        occurred_at: moment(600),
        due_at: moment(300),
        sent_at: (state == DeliveryState::Sent).then(|| moment(200)),
        run: (n != 2).then(|| id(7, n)),
    }
}

pub(crate) fn lists() -> Vec<(&'static str, List)> {
    let list = |name: &str| List {
        workspace: id(2, 1),
        rules: vec![rule(1, RuleKind::RunFailed, name), rule(2, RuleKind::NoBackup, name), rule(3, RuleKind::Finding, name)],
        destinations: vec![
            destination(1, DestinationKind::Webhook, name),
            destination(2, DestinationKind::Email, name),
            destination(3, DestinationKind::Teams, name),
        ],
    };
    let empty = List { rules: Vec::new(), destinations: Vec::new(), ..list("") };
    vec![("plain", list("Night watch")), ("empty", empty), ("hostile", list(HOSTILE))]
}

pub(crate) fn logs() -> Vec<(&'static str, Log)> {
    let log = |name: &str| Log {
        workspace: id(2, 1),
        state: None,
        lines: Rows {
            rows: vec![
                line(1, RuleKind::RunFailed, DeliveryState::Sent, None, name),
                line(2, RuleKind::Finding, DeliveryState::Waiting, None, name),
                line(3, RuleKind::NoBackup, DeliveryState::Suppressed, Some(Why::Cooldown.code()), name),
                line(4, RuleKind::ScheduleMissed, DeliveryState::Failed, Some("alert.timeout"), name),
                line(5, RuleKind::Unknown, DeliveryState::Queued, None, name),
            ],
            next: None,
            previous: None,
        },
    };
    let none = Rows { rows: Vec::new(), next: None, previous: None };
    let empty = Log { state: Some(DeliveryState::Failed), lines: none, ..log("") };
    vec![("plain", log("Contoso")), ("empty", empty), ("hostile", log(HOSTILE))]
}

pub(crate) fn rules() -> Vec<(&'static str, RuleForm)> {
    let form = |kind, name: &str| RuleForm {
        workspace: id(2, 1),
        rule: None,
        input: RuleInput { name: name.to_owned(), ..RuleInput::proposed(kind, "Europe/Berlin") },
        destinations: vec![destination(1, DestinationKind::Webhook, name)],
        tenants: vec![(production().id, name.to_owned())],
        groups: vec![(id(34, 1), name.to_owned())],
        reach_name: None,
        problem: None,
        typed: None,
    };
    let of = |name: &str| RuleForm {
        rule: Some((id(32, 1), 2)),
        input: RuleInput::of(&rule(2, RuleKind::NoBackup, name).says),
        ..form(RuleKind::NoBackup, name)
    };
    let refused = RuleForm {
        problem: Some("A rule has that name already.".to_owned()),
        typed: Some(FieldProblem::new("typed", "That is not its name.")),
        ..of("Backups")
    };
    let beyond = RuleForm { tenants: Vec::new(), reach_name: Some(HOSTILE.to_owned()), ..of(HOSTILE) };
    let hostile = RuleForm { problem: Some(HOSTILE.to_owned()), ..beyond };
    let mut gone = of("Backups");
    gone.input.reach = Reach::Gone;
    vec![
        ("gone", gone),
        ("new", form(RuleKind::Finding, "Findings")),
        ("workers", form(RuleKind::NoWorker, "Workers")),
        ("changed", of("Backups")),
        ("refused", refused),
        ("hostile", hostile),
    ]
}

pub(crate) fn destinations() -> Vec<(&'static str, DestinationForm)> {
    let new = |kind| DestinationForm {
        workspace: id(2, 1),
        kind,
        destination: None,
        input: DestinationInput::proposed(kind),
        problem: None,
        typed: None,
    };
    let of = |kind, name: &str| {
        let one = destination(1, kind, name);
        DestinationForm { input: DestinationInput::of(&one), destination: Some(one), ..new(kind) }
    };
    let hostile = DestinationForm { problem: Some(HOSTILE.to_owned()), ..of(DestinationKind::Webhook, HOSTILE) };
    vec![
        ("webhook", new(DestinationKind::Webhook)),
        ("teams", new(DestinationKind::Teams)),
        ("email", of(DestinationKind::Email, "Night shift")),
        ("hostile", hostile),
    ]
}

pub(crate) fn keys() -> Vec<(&'static str, KeyMade)> {
    let made =
        |name: &str| KeyMade { workspace: id(2, 1), name: name.to_owned(), key: format!("whsec_{}=", "Sample0".repeat(6)) };
    vec![("plain", made("Ticketing")), ("hostile", made(HOSTILE))]
}
