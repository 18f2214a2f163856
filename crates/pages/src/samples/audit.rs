//! The audit log in every state.

use std::collections::BTreeMap;

use model::audit::{Action, AuditOutcome, AuditRecord};
use model::ids::ThingId;

use super::values::{id, moment, production, user};
use super::{HOSTILE, middle, whole};
use crate::audit::{Actor, Filter, List};

fn entry(n: u32, action: &str) -> AuditRecord {
    AuditRecord {
        workspace_id: Some(id(2, 1)),
        actor_kind: "user".to_owned(),
        actor_id: Some(ThingId::from_uuid(user().id.uuid())),
        ..AuditRecord::new(id(10, n), moment(u64::from(n) * 700), action)
    }
}

fn on(mut entry: AuditRecord, kind: &str, subject: ThingId) -> AuditRecord {
    (entry.subject_kind, entry.subject_id) = (Some(kind.to_owned()), Some(subject));
    entry
}

fn entries() -> Vec<AuditRecord> {
    let (tenant, run) = (production().id, super::run::succeeded().id);
    let of_tenant = ThingId::from_uuid(tenant.uuid());
    let system = |entry: AuditRecord| AuditRecord { actor_kind: "system".to_owned(), actor_id: None, ..entry };
    vec![
        on(entry(1, Action::SettingChange.code()), "workspace", id(2, 1))
            .with("setting", "runs.keep_days")
            .with("old", "90")
            .with("new", "30"),
        AuditRecord {
            run_id: Some(run),
            tenant_id: Some(tenant),
            ..on(entry(2, Action::RunStart.code()), "run", ThingId::from_uuid(run.uuid()))
        },
        AuditRecord {
            outcome: "denied".to_owned(),
            tenant_id: Some(tenant),
            ..on(entry(3, Action::RunStart.code()), "tenant", of_tenant)
                .with("capability", model::access::Capability::InventorySync.code())
        },
        AuditRecord {
            actor_kind: "operator".to_owned(),
            actor_id: None,
            ..on(entry(4, Action::WorkspaceMemberAdd.code()), "user", id(1, 7))
        },
        system(entry(5, Action::RunPrune.code())),
        on(entry(6, "planet.terraform"), "planet", id(77, 5)),
    ]
}

fn names() -> BTreeMap<ThingId, String> {
    let tenant = ThingId::from_uuid(production().id.uuid());
    [(id(1, 1), "Ada Meyer"), (id(1, 7), "Bob Ito"), (tenant, "Contoso"), (id(2, 1), "Northwind IT Services")]
        .map(|(id, name)| (id, name.to_owned()))
        .into()
}

pub(crate) fn lists() -> Vec<(&'static str, List)> {
    let list = |entries| List {
        filter: Filter::default(),
        tenant: None,
        entries,
        search_further: None,
        names: names(),
        tenants: vec![(production().id, "Contoso".to_owned())],
        people: vec![user()],
        problem: None,
    };
    let narrow = Filter {
        actor: Some(Actor::System),
        action: Some("run.*".to_owned()),
        outcome: Some(AuditOutcome::Denied),
        from: Some(moment(86_400)),
        ..Filter::default()
    };
    let hostile = AuditRecord {
        actor_kind: HOSTILE.to_owned(),
        actor_id: None,
        outcome: HOSTILE.to_owned(),
        ..on(entry(8, HOSTILE), HOSTILE, id(77, 6)).with(HOSTILE, HOSTILE).with("type", HOSTILE)
    };
    let called = AuditRecord { tenant_id: Some(production().id), ..entry(9, Action::SignIn.code()) };
    let evil: BTreeMap<ThingId, String> = names().into_keys().map(|id| (id, HOSTILE.to_owned())).collect();
    let further = middle(vec![()]).next;
    vec![
        ("full", list(middle(entries()))),
        ("empty", list(whole(Vec::new()))),
        ("nothing-matches", List { filter: narrow.clone(), ..list(whole(Vec::new())) }),
        ("search-further", List { filter: narrow, search_further: further, ..list(whole(entries())) }),
        (
            "tenant",
            List {
                filter: Filter { of_tenant: Some(production().id), ..Filter::default() },
                tenant: Some(production()),
                ..list(whole(entries()))
            },
        ),
        (
            "bad-id",
            List {
                filter: Filter { subject: Some(HOSTILE.to_owned()), ..Filter::default() },
                problem: Some("That is no id.".to_owned()),
                ..list(whole(Vec::new()))
            },
        ),
        ("hostile", List { names: evil, ..list(whole(vec![hostile, called])) }),
    ]
}
