//! Links between objects.

use model::ids::InventoryItemId;
use model::links::{
    Dangling, Depth, EndState, LinkEnd, LinkGraph, LinkKind, LinkUse, LinkUser, Orphan, OrphanKind, Side, Telling, Untold,
    WhyUntold,
};
use model::restore::Reference;

use super::values::{id, moment, production};
use super::{HOSTILE, middle, whole};
use crate::links::{Found, Graph, Links, Listed, References};

const POLICY: &str = "settings_catalog_policy";

fn end(kind: &str, n: u32, name: &str, state: EndState) -> LinkEnd {
    let kept = !matches!(kind, "group" | "user") && matches!(state, EndState::Present | EndState::Gone);
    LinkEnd {
        to: Reference::new(kind, format!("def1c54f-da35-4406-bdc0-3085{n:08x}")),
        state,
        name: matches!(state, EndState::Present | EndState::Gone).then(|| name.to_owned()),
        item: kept.then(|| id(8, n)),
        resource_type: kind.to_owned(),
    }
}

fn hostile() -> LinkEnd {
    let to = Reference::new(HOSTILE, HOSTILE);
    LinkEnd { to, state: EndState::Gone, name: Some(HOSTILE.to_owned()), item: None, resource_type: HOSTILE.to_owned() }
}

fn middle_of() -> LinkEnd {
    end(POLICY, 1, "WIN – Baseline – Defender Antivirus", EndState::Present)
}

pub(crate) fn uses() -> Vec<LinkUse> {
    [
        (LinkKind::Include, end("group", 21, "All employees", EndState::Present)),
        (LinkKind::FilterInclude, end("assignment_filter", 9, "Corporate devices only", EndState::Present)),
        (LinkKind::Exclude, end("group", 22, "Tier 0 administrators", EndState::Gone)),
        (LinkKind::ScopeTag, end("scope_tag", 23, "Head office", EndState::Present)),
        (LinkKind::Setting, end("reusable_policy_setting", 24, "", EndState::Unresolved)),
        (LinkKind::Include, end("user", 25, "", EndState::NotKept)),
    ]
    .into_iter()
    .enumerate()
    .map(|(n, (kind, end))| LinkUse { kind, end, pointer: format!("/assignments/{n}/target/groupId") })
    .collect()
}

pub(crate) fn hostile_use() -> LinkUse {
    LinkUse { kind: LinkKind::Unknown, end: hostile(), pointer: HOSTILE.to_owned() }
}

fn user(n: u32, name: &str, kind: LinkKind, filter: Option<(LinkKind, LinkEnd)>) -> LinkUser {
    let (name, pointer) = (name.to_owned(), "/assignments/0/target/groupId".to_owned());
    LinkUser { item: id(8, n), name, resource_type: "policy_set".to_owned(), kind, pointer, filter }
}

pub(crate) fn users() -> Vec<LinkUser> {
    let filter = |kind, state| Some((kind, end("assignment_filter", 9, "Corporate devices only", state)));
    vec![
        user(31, "Autopilot – Kiosk", LinkKind::Include, filter(LinkKind::FilterInclude, EndState::Present)),
        user(32, "", LinkKind::Exclude, filter(LinkKind::FilterExclude, EndState::Unresolved)),
        user(33, "Windows – All devices", LinkKind::Setting, None),
    ]
}

pub(crate) fn hostile_user() -> LinkUser {
    LinkUser {
        resource_type: HOSTILE.to_owned(),
        ..user(34, HOSTILE, LinkKind::Include, Some((LinkKind::FilterExclude, hostile())))
    }
}

pub(crate) fn lists() -> Vec<(&'static str, Links)> {
    let list = |of: LinkEnd, listed| Links { tenant: production(), of, listed };
    let group = end("group", 21, "All employees", EndState::Present);
    vec![
        ("uses", list(middle_of(), Listed::Uses(middle(uses())))),
        ("nothing", list(middle_of(), Listed::Uses(whole(Vec::new())))),
        ("used-by", list(group.clone(), Listed::UsedBy(middle(users())))),
        ("unused", list(group, Listed::UsedBy(whole(Vec::new())))),
        ("unresolved", list(end("group", 99, "", EndState::Unresolved), Listed::UsedBy(whole(users())))),
        ("hostile", list(hostile(), Listed::UsedBy(whole(vec![hostile_user()])))),
    ]
}

fn neighbours(graph: &mut LinkGraph) {
    for LinkUse { kind, end, .. } in uses() {
        if let Some(at) = graph.place(end, Side::Used, 1) {
            graph.link(0, at, kind);
        }
    }
    for n in 31..34 {
        if let Some(at) = graph.place(end("policy_set", n, "Autopilot – Kiosk", EndState::Present), Side::Users, 1) {
            graph.link(at, 0, LinkKind::Setting);
        }
    }
}

pub(crate) fn graphs() -> Vec<(&'static str, Graph)> {
    let of = |depth, graph| Graph { tenant: production(), item: id::<InventoryItemId>(8, 1), depth, graph };
    let mut near = LinkGraph::of(middle_of());
    neighbours(&mut near);
    let mut far = near.clone();
    let (filter, set) = (2, 7);
    for n in 40..44 {
        if let Some(at) = far.place(end(POLICY, n, "WIN – Edge – Home page and favourites", EndState::Present), Side::Used, 2)
        {
            far.link(at, filter, LinkKind::FilterExclude);
        }
    }
    if let Some(at) = far.place(end("group", 50, "Kiosks", EndState::Present), Side::Users, 2) {
        far.link(set, at, LinkKind::Exclude);
    }
    far.link(4, 1, LinkKind::Include);
    far.link(1, 2, LinkKind::Setting);
    let mut full = LinkGraph::of(middle_of());
    for n in 0..40 {
        if let Some(at) =
            full.place(end("group", 100 + n, "A group with an endless name that fits nowhere", EndState::Present), Side::Used, 1)
        {
            full.link(0, at, LinkKind::Include);
        }
    }
    let mut odd = LinkGraph::of(hostile());
    if let Some(at) = odd.place(LinkEnd { item: Some(id(8, 66)), ..hostile() }, Side::Users, 1) {
        odd.link(at, 0, LinkKind::Unknown);
    }
    vec![
        ("near", of(Depth::One, near)),
        ("far", of(Depth::Two, far)),
        ("full", of(Depth::One, full)),
        ("alone", of(Depth::One, LinkGraph::of(middle_of()))),
        ("hostile", of(Depth::Two, odd)),
    ]
}

pub(crate) fn references() -> Vec<(&'static str, References)> {
    let page = |found, telling| References { tenant: production(), found, telling };
    let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    let untold = |key: &str, why| Untold { resource_type: key.to_owned(), why };
    let told = Telling {
        told: keys(&["group", "scope_tag"]),
        untold: vec![
            untold("user", WhyUntold::NotKept),
            untold("mobile_app", WhyUntold::ListLeavesOut),
            untold("notification_template", WhyUntold::NotRead),
            untold("assignment_filter", WhyUntold::NotWhole),
        ],
        waiting: 0,
    };
    let dangling = |n: u32, name: &str, end: LinkEnd, confirmed| Dangling {
        item: id(8, n),
        name: name.to_owned(),
        resource_type: POLICY.to_owned(),
        object_id: "p".to_owned(),
        kind: LinkKind::Include,
        pointer: "/assignments/0/target/groupId".to_owned(),
        end,
        confirmed,
        as_of: moment(60),
    };
    let rows = vec![
        dangling(1, "WIN – Baseline – Defender Antivirus", end("group", 22, "Tier 0 administrators", EndState::Gone), true),
        dangling(2, "", end("group", 60, "", EndState::Unresolved), true),
        dangling(3, "iOS – Compliance", end("scope_tag", 61, "", EndState::Unresolved), false),
    ];
    let orphan = |n: u32, name: &str, kind, confirmed| Orphan {
        item: id(8, n),
        name: name.to_owned(),
        resource_type: "assignment_filter".to_owned(),
        object_id: "f".to_owned(),
        kind,
        confirmed,
        as_of: moment(60),
    };
    let filters = vec![
        orphan(9, "Corporate devices only", OrphanKind::UnusedFilter, true),
        orphan(10, "", OrphanKind::UnusedFilter, false),
    ];
    let (tag, clear) = (OrphanKind::UnusedScopeTag, Telling { told: keys(&[POLICY]), ..Telling::default() });
    let odd = Telling { untold: vec![untold(HOSTILE, WhyUntold::Unknown)], waiting: 7, ..Telling::default() };
    vec![
        ("dangling", page(Found::Dangling(middle(rows)), told.clone())),
        ("none", page(Found::Dangling(whole(Vec::new())), told.clone())),
        ("untold", page(Found::Dangling(whole(Vec::new())), Telling { told: Vec::new(), ..told.clone() })),
        ("filters", page(Found::Orphans(OrphanKind::UnusedFilter, middle(filters)), clear.clone())),
        ("tags-none", page(Found::Orphans(tag, whole(Vec::new())), clear)),
        ("tags-untold", page(Found::Orphans(tag, whole(Vec::new())), told)),
        (
            "waiting",
            page(Found::Orphans(OrphanKind::Unassigned, whole(Vec::new())), Telling { waiting: 4_210, ..Telling::default() }),
        ),
        ("hostile", page(Found::Dangling(whole(vec![dangling(66, HOSTILE, hostile(), false)])), odd)),
    ]
}
