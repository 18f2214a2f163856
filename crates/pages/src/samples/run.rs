//! Runs in every state.

use model::access::{Can, Role};
use model::failure::{Code, Failure, FailureLine};
use model::operations::Operation;
use model::run::{
    CountKey, Counts, ItemStatus, Level, Outcome, Pause, PauseTarget, Run, RunEvent, RunItem, Status, Trigger, Waiting,
};

use super::requests::requests;
use super::values::{id, moment, production, row, staging, tenant_list, user};
use super::{HOSTILE, middle, whole};
use crate::runs::{Detail, Filter, Items, List, OutcomeDay, RunRow, Tab};

fn counts(figures: &[(CountKey, i64)]) -> Counts {
    let mut counts = Counts::default();
    for (key, value) in figures {
        counts.set(*key, *value);
    }
    counts
}

fn base(n: u32, ago: u64) -> Run {
    Run {
        id: id(6, n),
        workspace_id: id(2, 1),
        tenant_id: Some(production().id),
        type_code: Operation::InventorySync.code().to_owned(),
        operation: Some(Operation::InventorySync),
        status: Status::Queued,
        outcome: Outcome::Pending,
        reason_code: None,
        trigger: Trigger::Manual,
        user_id: Some(user().id),
        initiator_name: user().name,
        counts: Counts::default(),
        failures: Vec::new(),
        context: r#"{"types":["settings_catalog_policy","device_configuration","compliance_policy","assignment_filter"]}"#
            .parse()
            .unwrap_or_default(),
        phase: None,
        attempt: 0,
        max_attempts: 3,
        available_at: moment(ago),
        start_deadline: Some(moment(0).plus(std::time::Duration::from_secs(600))),
        lease_owner: None,
        cancel_requested_at: None,
        created_at: moment(ago),
        started_at: None,
        completed_at: None,
        updated_at: moment(ago),
        retry_of_run_id: None,
        parent_run_id: None,
        caused_by_run_id: None,
        schedule_id: None,
        write_lane: None,
        lease_token: 1,
    }
}

pub(crate) fn queued() -> Run {
    base(1, 12)
}

pub(crate) fn stale() -> Run {
    Run { start_deadline: Some(moment(300)), ..base(2, 1500) }
}

pub(crate) fn running() -> Run {
    Run {
        status: Status::Running,
        counts: counts(&[
            (CountKey::Total, 27),
            (CountKey::Processed, 12),
            (CountKey::Succeeded, 12),
            (CountKey::Items, 1_874),
            (CountKey::Created, 31),
            (CountKey::Updated, 18),
            (CountKey::Unchanged, 1_825),
            (CountKey::Requests, 212),
            (CountKey::Throttled, 0),
            (CountKey::Bytes, 9_400_000),
        ]),
        phase: Some("Device configuration profiles".to_owned()),
        attempt: 1,
        lease_owner: Some("atlas-1/4711".to_owned()),
        started_at: Some(moment(94)),
        updated_at: moment(1),
        ..base(3, 96)
    }
}

/// Running, before it knows how much there is to do.
fn beginning() -> Run {
    Run { counts: Counts::default(), phase: None, started_at: Some(moment(2)), ..running() }
}

fn ended(n: u32, outcome: Outcome, ago: u64, took: u64, figures: &[(CountKey, i64)]) -> Run {
    Run {
        status: Status::Completed,
        outcome,
        counts: counts(figures),
        attempt: 1,
        lease_owner: None,
        started_at: Some(moment(ago - 1)),
        completed_at: Some(moment(ago - took)),
        updated_at: moment(ago - took),
        ..base(n, ago)
    }
}

pub(crate) fn succeeded() -> Run {
    ended(
        4,
        Outcome::Succeeded,
        7_200,
        134,
        &[
            (CountKey::Total, 27),
            (CountKey::Processed, 27),
            (CountKey::Succeeded, 27),
            (CountKey::Failed, 0),
            (CountKey::Items, 4_120),
            (CountKey::Created, 4),
            (CountKey::Updated, 31),
            (CountKey::Unchanged, 4_085),
            (CountKey::Missing, 2),
            (CountKey::Requests, 431),
            (CountKey::Bytes, 21_700_000),
        ],
    )
}

pub(crate) fn partial() -> Run {
    let line = |code, item| FailureLine::of(&Failure::new(code), Some(item));
    Run {
        failures: vec![
            line(Code::GraphForbidden, "conditional_access_policy"),
            line(Code::GraphForbidden, "named_location"),
            FailureLine { count: Some(3), ..line(Code::ObjectUnreadable, "mobile_app") },
        ],
        trigger: Trigger::Schedule,
        ..ended(
            5,
            Outcome::PartiallySucceeded,
            26_000,
            192,
            &[
                (CountKey::Total, 27),
                (CountKey::Processed, 27),
                (CountKey::Succeeded, 24),
                (CountKey::Failed, 3),
                (CountKey::Items, 3_902),
                (CountKey::Updated, 7),
                (CountKey::Missing, 0),
                (CountKey::Requests, 402),
                (CountKey::Throttled, 11),
            ],
        )
    }
}

pub(crate) fn failed() -> Run {
    let failure = Failure::new(Code::CredentialsInvalid);
    Run {
        reason_code: Some(Code::CredentialsInvalid.code().to_owned()),
        failures: vec![FailureLine::of(&failure, None)],
        ..ended(
            6,
            Outcome::Failed,
            90_000,
            3,
            &[(CountKey::Total, 27), (CountKey::Processed, 27), (CountKey::Failed, 27), (CountKey::Requests, 2)],
        )
    }
}

pub(crate) fn blocked() -> Run {
    Run {
        reason_code: Some(Code::ConnectionDisabled.code().to_owned()),
        started_at: None,
        completed_at: Some(moment(172_000)),
        ..ended(7, Outcome::Blocked, 172_000, 0, &[])
    }
}

fn cancelled() -> Run {
    let counts = &[(CountKey::Total, 27), (CountKey::Processed, 9), (CountKey::Succeeded, 9), (CountKey::Items, 1_204)];
    let run = ended(8, Outcome::Cancelled, 260_000, 48, counts);
    Run { reason_code: Some(Code::RunCancelled.code().to_owned()), ..run }
}

/// A run of a type, with an outcome and a reason, that only a later version knows.
fn future() -> Run {
    Run {
        type_code: "tenant_teleport".to_owned(),
        operation: None,
        trigger: Trigger::Unknown,
        reason_code: Some("from.the_future".to_owned()),
        ..ended(9, Outcome::Unknown, 300_000, 30, &[])
    }
}

pub(crate) fn hostile() -> Run {
    Run {
        initiator_name: HOSTILE.to_owned(),
        phase: Some(HOSTILE.to_owned()),
        lease_owner: Some(HOSTILE.to_owned()),
        reason_code: Some(HOSTILE.to_owned()),
        failures: vec![FailureLine {
            code: HOSTILE.to_owned(),
            message: HOSTILE.repeat(200),
            count: Some(3),
            item: Some(HOSTILE.to_owned()),
            request_id: None,
        }],
        ..Run { id: id(6, 10), ..running() }
    }
}

fn events() -> Vec<RunEvent> {
    let event = |n: u32, ago, level, code: &str, message: &str, data: &str| RunEvent {
        id: id(7, n),
        at: moment(ago),
        level,
        code: code.to_owned(),
        message: message.to_owned(),
        data: data.parse().unwrap_or_default(),
    };
    vec![
        event(1, 96, Level::Info, "queued", "Queued.", "{}"),
        event(2, 94, Level::Info, "claimed", "A worker took it.", r#"{"worker":"atlas-1/4711","attempt":1}"#),
        event(3, 93, Level::Info, "phase", "Settings catalog policies read.", r#"{"items":1204,"changed":18}"#),
        event(4, 60, Level::Warning, "throttled", "Microsoft Graph asked us to slow down.", r#"{"seconds":12}"#),
        event(
            5,
            31,
            Level::Error,
            "type_failed",
            "Conditional access policies could not be read: a permission or licence is missing.",
            "{}",
        ),
        event(6, 12, Level::Info, "phase", "Device configuration profiles read.", r#"{"items":670,"changed":0}"#),
    ]
}

/// A pause of the tenant.
pub(crate) fn pause(reason: &str) -> Pause {
    Pause { target: Some(PauseTarget::Tenant(production().id)), by: user().name, reason: reason.to_owned(), since: moment(4_000) }
}

fn items() -> Items {
    let item = |key: &str, status, code: Option<&str>| RunItem {
        key: key.to_owned(),
        status,
        code: code.map(str::to_owned),
        data: "null".parse().unwrap_or_default(),
        attempt: 1,
    };
    let rows = vec![
        item("assignment_filter", ItemStatus::Succeeded, None),
        item("conditional_access_policy", ItemStatus::Failed, Some("graph.forbidden")),
        item("scope_tag", ItemStatus::Skipped, None),
        item(HOSTILE, ItemStatus::Unknown, Some(HOSTILE)),
    ];
    Items { rows: whole(rows), status: None }
}

pub(crate) fn details() -> Vec<(&'static str, Detail)> {
    let detail = |run: Run, role| Detail {
        run,
        tenant: Some(production()),
        can: Can::of(role),
        events: events(),
        more_events: false,
        waiting: None,
        items: None,
        readings: Vec::new(),
        previous: None,
        requests: None,
        repeated_by: None,
        manages: role == Role::Owner,
    };
    let bare = |run: Run| Detail { events: Vec::new(), ..detail(run, Role::Operator) };
    let cancelling = Run { cancel_requested_at: Some(moment(4)), ..running() };
    let hostile_tenant = model::tenant::Tenant { name: HOSTILE.to_owned(), ..production() };
    let hostile_event = RunEvent { message: HOSTILE.repeat(100), ..events().remove(0) };
    vec![
        ("running", detail(running(), Role::Operator)),
        (
            "requests",
            Detail {
                requests: Some(requests("/deviceManagement/configurationPolicies/{id}", "5d1f0c9a-64b1-4c09-8d6f-3f0f6a1c2b7e")),
                ..detail(running(), Role::Operator)
            },
        ),
        ("requests-hostile", Detail { requests: Some(requests(HOSTILE, HOSTILE)), ..detail(running(), Role::Operator) }),
        ("running-readonly", detail(running(), Role::Readonly)),
        ("beginning", bare(beginning())),
        ("queued", Detail { waiting: Some(Waiting::Behind(3)), ..bare(queued()) }),
        ("stale", bare(stale())),
        ("no-worker", Detail { waiting: Some(Waiting::NoWorker { since: Some(moment(900)) }), ..bare(queued()) }),
        ("paused", Detail { waiting: Some(Waiting::Paused(pause("Moving to the new licence."))), ..bare(queued()) }),
        ("lane-busy", Detail { waiting: Some(Waiting::LaneBusy(id(6, 3))), ..bare(queued()) }),
        (
            "put-off",
            Detail { waiting: Some(Waiting::NotBefore(moment(0).plus(std::time::Duration::from_secs(90)))), ..bare(queued()) },
        ),
        ("rollout", Detail { tenant: None, ..detail(super::rollout::run_of_it(), Role::Operator) }),
        ("cancelling", detail(cancelling.clone(), Role::Operator)),
        ("stuck", detail(cancelling, Role::Owner)),
        ("succeeded", detail(succeeded(), Role::Operator)),
        (
            "partial",
            Detail {
                more_events: true,
                items: Some(items()),
                readings: super::reading::readings(),
                previous: Some(succeeded()),
                ..detail(partial(), Role::Operator)
            },
        ),
        ("failed", detail(failed(), Role::Operator)),
        ("blocked", bare(blocked())),
        ("cancelled", bare(cancelled())),
        ("unknown-type", Detail { tenant: None, ..bare(Run { tenant_id: None, ..future() }) }),
        ("hostile", Detail { tenant: Some(hostile_tenant), events: vec![hostile_event], ..detail(hostile(), Role::Owner) }),
    ]
}

/// Fourteen days with something on most of them.
pub(crate) fn days() -> Vec<OutcomeDay> {
    (0..14_u32)
        .map(|n| OutcomeDay {
            day: moment(u64::from(13 - n) * 86_400),
            succeeded: i64::from(n * 7 % 11 + n),
            attention: i64::from(n % 5 / 3),
            failed: i64::from(n % 6 / 5 * 2),
            cancelled: i64::from(n % 9 / 8),
        })
        .collect()
}

pub(crate) fn recent() -> Vec<RunRow> {
    [running(), succeeded(), partial(), failed(), blocked()].map(row).to_vec()
}

/// A list that is narrowed.
pub(crate) fn narrow() -> Filter {
    Filter { tenant: Some(production().id), status: Some(Status::Running), days: 7, tab: Tab::Active, ..Filter::default() }
}

pub(crate) fn lists() -> Vec<(&'static str, List)> {
    let list = |rows: Vec<RunRow>| List {
        filter: Filter::default(),
        runs: whole(rows),
        search_further: None,
        tenants: tenant_list().into_iter().map(|tenant| (tenant.id, tenant.name)).collect(),
        initiators: vec![user()],
        days: days(),
    };
    let mut rows: Vec<RunRow> =
        [queued(), stale(), running(), succeeded(), partial(), failed(), blocked(), cancelled(), future()].map(row).to_vec();
    if let Some(locked) = rows.get_mut(3) {
        locked.may_open = false;
        locked.tenant_name = Some(staging().name);
    }
    if let Some(of_workspace) = rows.get_mut(8) {
        of_workspace.tenant_name = None;
    }
    let narrow = narrow();
    let empty = List { days: Vec::new(), initiators: Vec::new(), ..list(Vec::new()) };
    let hostile = RunRow { tenant_name: Some(HOSTILE.to_owned()), ..row(hostile()) };
    let further = middle(Vec::<RunRow>::new()).next;
    vec![
        ("empty", empty.clone()),
        ("full", List { runs: middle(rows.clone()), ..list(Vec::new()) }),
        ("narrowed", List { filter: narrow.clone(), ..list(vec![row(running())]) }),
        ("narrowed-empty", List { filter: narrow, ..empty.clone() }),
        ("active-empty", List { filter: Filter { tab: Tab::Active, ..Filter::default() }, ..empty.clone() }),
        ("attention-empty", List { filter: Filter { tab: Tab::Attention, ..Filter::default() }, ..empty.clone() }),
        ("search-further", List { search_further: further, ..list(rows.into_iter().take(2).collect()) }),
        (
            "hostile",
            List {
                tenants: vec![(production().id, HOSTILE.to_owned())],
                initiators: vec![model::user::User { name: HOSTILE.to_owned(), ..user() }],
                ..list(vec![hostile])
            },
        ),
    ]
}
