//! Changes of a tenant, and the tenant as it was.

use model::access::{Can, Role};
use model::attribution::{ActorKind, Attribution, By, EventActor, EventSource, SourceState};
use model::coverage::TypeState;
use model::page::Page as Rows;
use model::time::Moment;
use model::version::{Around, ChangeDay, ChangeKind, Mark, PastFilter, PastItem, TenantVersion, VersionFilter};

use super::inventory::{rows, some_versions};
use super::values::{moment, production};
use super::{HOSTILE, middle};
use crate::versions::{History, Past};

const DAY: u64 = 86_400;

fn actor(kind: ActorKind, name: &str, app: Option<&str>) -> By {
    let actor = EventActor { kind, name: name.to_owned(), app: app.map(str::to_owned) };
    By { actor, at: moment(DAY), activity: "Patch DeviceManagementConfigurationPolicy".to_owned(), events: 2 }
}

/// As many as there are versions of the samples.
pub(crate) fn attributions() -> Vec<Attribution> {
    let ann = actor(ActorKind::Person, "ann@contoso.example", Some("Microsoft Intune portal extension"));
    let terraform = actor(ActorKind::Application, "Terraform", None);
    vec![
        Attribution::NotRead,
        Attribution::Nobody,
        Attribution::Several(vec![ann.clone(), terraform.clone(), actor(ActorKind::Unknown, "", None), terraform]),
        Attribution::One(ann),
        Attribution::BeforeUs,
    ]
}

/// Where not all of the log is known.
fn gaps() -> Vec<Attribution> {
    let ann = actor(ActorKind::Person, "ann@contoso.example", None);
    let terraform = actor(ActorKind::Application, "Terraform", None);
    vec![
        Attribution::SoFar(vec![ann.clone()]),
        Attribution::NotRecorded,
        Attribution::AtLeast(vec![terraform, ann.clone()]),
        Attribution::SoFar(vec![ann.clone(), ann.clone(), ann.clone(), ann]),
        Attribution::BeforeUs,
    ]
}

pub(crate) fn hostile_attributions() -> Vec<Attribution> {
    (0..5).map(|_| Attribution::One(actor(ActorKind::Unknown, HOSTILE, Some(HOSTILE)))).collect()
}

pub(super) fn sources() -> Vec<SourceState> {
    let read = SourceState {
        state: Some(TypeState::Complete),
        attempted_at: Some(moment(3_600)),
        complete_from: Some(moment(DAY * 30)),
        complete_until: Some(moment(3_600)),
        ..SourceState::unread(EventSource::Intune)
    };
    let refused = SourceState {
        state: Some(TypeState::Forbidden),
        failure_code: Some("graph.forbidden".to_owned()),
        attempted_at: Some(moment(3_600)),
        ..SourceState::unread(EventSource::Directory)
    };
    vec![read, refused]
}

/// A year that ends with the moment of the samples.
fn days() -> Vec<ChangeDay> {
    let changes = |n: u64| if n.is_multiple_of(9) { i64::try_from(n % 40).unwrap_or(0) } else { 0 };
    (0..371).map(|n| ChangeDay { from: moment(DAY * (370 - n)), changes: changes(n) }).collect()
}

fn changes(hostile: bool) -> Vec<TenantVersion> {
    let items = rows();
    let change = |(n, mut version): (usize, model::version::PolicyVersion)| {
        if n == 1 {
            let note = if hostile { HOSTILE } else { "Agreed with the security team on Monday." }.to_owned();
            version.mark = Some(Mark { note, pinned: true, at: moment(DAY), by: Some("Ann Example".to_owned()) });
        }
        if hostile {
            version.name = HOSTILE.to_owned();
        }
        let resource_type = if hostile { HOSTILE.to_owned() } else { items[n].resource_type.clone() };
        TenantVersion { version, resource_type, object_id: items[n].object_id.clone(), latest: 5 }
    };
    some_versions(1).into_iter().enumerate().map(change).collect()
}

pub(crate) fn histories() -> Vec<(&'static str, History)> {
    let of = |role, rows| History {
        tenant: production(),
        can: Can::of(role),
        filter: VersionFilter::default(),
        versions: rows,
        search_further: None,
        by: attributions(),
        days: days(),
        sources: sources(),
    };
    let none = || Rows { rows: Vec::new(), next: None, previous: None };
    let unread = || EventSource::ALL.iter().map(|source| SourceState::unread(*source)).collect();
    let filter = VersionFilter {
        types: vec!["settings_catalog_policy".to_owned()],
        kind: Some(ChangeKind::Assignments),
        actor: Some(HOSTILE.to_owned()),
        since: Some(moment(DAY * 9)),
        until: Some(moment(DAY)),
        pinned: true,
    };
    vec![
        ("changes", of(Role::Operator, middle(changes(false)))),
        ("gaps", History { by: gaps(), ..of(Role::Operator, middle(changes(false))) }),
        ("readonly", of(Role::Readonly, middle(changes(false)))),
        ("empty", History { days: Vec::new(), sources: unread(), by: Vec::new(), ..of(Role::Operator, none()) }),
        (
            "search-further",
            History {
                filter: filter.clone(),
                by: Vec::new(),
                search_further: middle(changes(false)).next,
                ..of(Role::Operator, none())
            },
        ),
        ("filtered-empty", History { filter, by: Vec::new(), ..of(Role::Operator, none()) }),
        (
            "hostile",
            History {
                by: hostile_attributions(),
                tenant: model::tenant::Tenant { name: HOSTILE.to_owned(), ..production() },
                ..of(Role::Operator, middle(changes(true)))
            },
        ),
    ]
}

fn past_items(hostile: bool) -> Vec<PastItem> {
    let item = |(n, item): (i64, model::inventory::InventoryItem)| PastItem {
        item_id: item.id,
        resource_type: if hostile { HOSTILE.to_owned() } else { item.resource_type },
        platform: item.platform,
        name: if hostile { HOSTILE.to_owned() } else { item.name },
        number: 1,
        captured_at: moment(DAY * 40),
        latest: n,
        gone: n == 3,
    };
    (1..).zip(rows()).map(item).collect()
}

pub(crate) fn pasts() -> Vec<(&'static str, Past)> {
    let around = Around {
        first: Some(moment(DAY * 90)),
        previous: Some(moment(DAY * 41)),
        next: Some(moment(DAY * 20)),
        last: Some(moment(DAY)),
    };
    let of = |items: Rows<PastItem>, at: Moment| Past {
        tenant: production(),
        can: Can::of(Role::Readonly),
        at,
        filter: PastFilter::default(),
        items,
        counts: vec![("settings_catalog_policy".to_owned(), 214), ("mobile_app".to_owned(), 1)],
        around,
        days: days(),
        near: vec![at.minus(std::time::Duration::from_secs(3_600)), at],
    };
    let none = || Rows { rows: Vec::new(), next: None, previous: None };
    let hostile = PastFilter { types: vec![HOSTILE.to_owned()], text: Some(HOSTILE.to_owned()) };
    vec![
        ("past", of(middle(past_items(false)), moment(DAY * 30))),
        ("before", Past { counts: Vec::new(), ..of(none(), moment(DAY * 200)) }),
        (
            "empty",
            Past { counts: Vec::new(), around: Around::default(), days: Vec::new(), near: Vec::new(), ..of(none(), moment(0)) },
        ),
        ("filtered-empty", Past { filter: hostile.clone(), ..of(none(), moment(DAY * 30)) }),
        ("hostile", Past { filter: hostile, ..of(middle(past_items(true)), moment(DAY * 30)) }),
    ]
}
