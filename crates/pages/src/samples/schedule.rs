//! Schedules in every state.

use model::access::{Can, Role};
use model::operations::inventory_sync::Arguments;
use model::schedule::{Cadence, CatchUp, CronText, Fire, Occurrence, Omission, Schedule, TimeOfDay, Timetable, Zone};

use super::run::{partial, succeeded};
use super::values::{id, moment, production};
use super::{HOSTILE, middle, whole};
use crate::components::field::FieldProblem;
use crate::schedules::{Detail, FireRow, Form, Input, List, Purge, Row};

pub(crate) fn nightly() -> Schedule {
    Schedule {
        id: id(9, 1),
        workspace_id: id(2, 1),
        tenant_id: Some(production().id),
        name: "Nightly sync".to_owned(),
        type_code: "inventory_sync".to_owned(),
        arguments: Arguments::everything().to_stored(),
        cadence: TimeOfDay::parse("02:30").ok().map(|at| Cadence::Daily { at }),
        zone: Zone::parse("Europe/Berlin").ok(),
        catch_up: CatchUp::Latest,
        bound: 1,
        enabled: true,
        archived_at: None,
        last_fired_at: Some(moment(30_000)),
        next_fire_at: upcoming(1).first().map(|next| next.at),
        problem: None,
        revision: 3,
        created_at: moment(900_000),
    }
}

fn upcoming(n: usize) -> Vec<Occurrence> {
    let (Ok(at), Ok(zone)) = (TimeOfDay::parse("02:30"), Zone::parse("Europe/Berlin")) else { return Vec::new() };
    Timetable::new(&Cadence::Daily { at }, &zone).upcoming(moment(0), n)
}

fn quarters() -> Schedule {
    let cadence = CronText::parse("*/15 8-17 * * mon-fri").ok().map(|text| Cadence::Cron { text });
    Schedule { id: id(9, 2), name: "Working hours".to_owned(), cadence, enabled: false, next_fire_at: None, ..nightly() }
}

fn archived() -> Schedule {
    Schedule { id: id(9, 3), name: "Before the move".to_owned(), archived_at: Some(moment(80_000)), ..quarters() }
}

fn broken() -> Schedule {
    let problem = Some("this version cannot read it".to_owned());
    Schedule { id: id(9, 4), name: "From the future".to_owned(), cadence: None, zone: None, problem, ..quarters() }
}

fn hostile() -> Schedule {
    Schedule {
        id: id(9, 5),
        name: HOSTILE.to_owned(),
        type_code: HOSTILE.to_owned(),
        problem: Some(HOSTILE.to_owned()),
        ..quarters()
    }
}

pub(crate) fn lists() -> Vec<(&'static str, List)> {
    let list = |role, rows| List { tenant: production(), can: Can::of(role), rows };
    let row = |schedule, latest| Row { schedule, latest };
    let full =
        || vec![row(nightly(), Some(succeeded())), row(quarters(), None), row(broken(), Some(partial())), row(archived(), None)];
    vec![
        ("full", list(Role::Manager, full())),
        ("readonly", list(Role::Readonly, full())),
        ("empty", list(Role::Manager, Vec::new())),
        ("hostile", list(Role::Manager, vec![row(hostile(), Some(super::run::hostile()))])),
    ]
}

fn fires() -> Vec<FireRow> {
    let fire = |n: u64, local: &str| Fire {
        scheduled_for: moment(n * 86_400 + 30_000),
        local: local.to_owned(),
        run: None,
        omitted: None,
        omitted_since: None,
        omitted_count: 0,
        decided_at: moment(n * 86_400 + 30_000),
    };
    let run = succeeded();
    vec![
        FireRow { fire: Fire { run: Some(run.id), ..fire(0, "2026-03-14T02:30") }, run: Some(run) },
        FireRow {
            fire: Fire { omitted: Some(Omission::PreviousActive), omitted_count: 1, ..fire(1, "2026-03-13T02:30") },
            run: None,
        },
        FireRow {
            fire: Fire {
                omitted: Some(Omission::Missed),
                omitted_count: 3,
                omitted_since: Some(moment(4 * 86_400 + 30_000)),
                ..fire(2, "2026-03-12T02:30+1")
            },
            run: None,
        },
        FireRow { fire: fire(5, "2026-03-09T02:30"), run: None },
    ]
}

pub(crate) fn details() -> Vec<(&'static str, Detail)> {
    let detail = |role, schedule: Schedule| Detail {
        tenant: production(),
        can: Can::of(role),
        upcoming: if schedule.enabled { upcoming(5) } else { Vec::new() },
        schedule,
        fires: middle(fires()),
    };
    vec![
        ("on", detail(Role::Manager, nightly())),
        ("operator", detail(Role::Operator, nightly())),
        ("readonly", detail(Role::Readonly, quarters())),
        ("new", Detail { fires: whole(Vec::new()), ..detail(Role::Manager, quarters()) }),
        ("archived", detail(Role::Manager, archived())),
        ("broken", detail(Role::Manager, broken())),
        ("hostile", detail(Role::Owner, hostile())),
    ]
}

pub(crate) fn forms() -> Vec<(&'static str, Form)> {
    let form = |role, input| Form {
        tenant: production(),
        can: Can::of(role),
        input,
        editing: None,
        problem: None,
        upcoming: Vec::new(),
    };
    let wrong = Input { name: HOSTILE.to_owned(), cron: HOSTILE.to_owned(), zone: HOSTILE.to_owned(), ..Input::proposed() };
    vec![
        ("new", form(Role::Manager, Input::proposed())),
        ("readonly", form(Role::Readonly, Input::proposed())),
        ("edit", Form { editing: Some((id(9, 1), 3)), upcoming: upcoming(5), ..form(Role::Manager, Input::of(&nightly())) }),
        ("refused", Form { problem: Some("Choose how often.".to_owned()), ..form(Role::Manager, Input::of(&quarters())) }),
        ("hostile", Form { problem: Some(HOSTILE.to_owned()), ..form(Role::Manager, wrong) }),
    ]
}

pub(crate) fn purges() -> Vec<(&'static str, Purge)> {
    let purge = |schedule| Purge { tenant: production(), schedule, problem: None };
    let wrong = Purge { problem: Some(FieldProblem::new("typed", "That is not its name.")), ..purge(archived()) };
    vec![("archived", purge(archived())), ("not-archived", purge(nightly())), ("wrong", wrong), ("hostile", purge(hostile()))]
}
