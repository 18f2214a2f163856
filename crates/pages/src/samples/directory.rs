//! The directory cache and its selectors.

use model::access::{Can, Role};
use model::directory::{
    DirectoryFilter, DirectoryState, Group, GroupKind, MemberCount, RoleDefinition, STALE_AFTER, SelectorKind,
};
use model::settings::{Key, Kind};

use super::values::{moment, production};
use super::{HOSTILE, middle, whole};
use crate::directory::{GroupPage, Hit, List, Select, Selector, Tables};

fn state() -> DirectoryState {
    DirectoryState {
        complete_at: Some(moment(7_200)),
        full_at: Some(moment(86_400 * 3)),
        run: Some(super::run::succeeded().id),
        objects: 1_204,
        attempted_at: Some(moment(7_200)),
        failure_code: None,
    }
}

fn stale() -> DirectoryState {
    let failure_code = Some("graph.forbidden".to_owned());
    DirectoryState { complete_at: Some(moment(STALE_AFTER.as_secs() + 86_400)), run: None, failure_code, ..state() }
}

fn group(n: u32, name: &str, kinds: &[GroupKind]) -> Group {
    Group {
        object_id: format!("def1c54f-da35-4406-bdc0-3085{n:08x}"),
        name: name.to_owned(),
        kinds: kinds.to_vec(),
        membership_rule: kinds.contains(&GroupKind::Dynamic).then(|| r#"(user.department -eq "Sales")"#.to_owned()),
        members: n.is_multiple_of(2).then(|| MemberCount { members: i64::from(n) * 37, at: moment(7_100) }),
        first_seen_at: moment(86_400 * 90),
        seen_at: moment(7_200),
        changed_at: moment(86_400 * u64::from(n)),
        deleted_at: None,
    }
}

fn rows() -> Vec<Group> {
    use GroupKind::{Dynamic, MailEnabled, Microsoft365, OnPremises, RoleAssignable, Security};
    vec![
        group(1, "All employees", &[Security, Dynamic]),
        group(2, "Intune pilot – Windows", &[Security]),
        group(3, "Marketing", &[Microsoft365, MailEnabled]),
        group(4, "Tier 0 administrators", &[Security, RoleAssignable]),
        group(5, "", &[Security, OnPremises]),
        group(6, "東京オフィス", &[]),
    ]
}

fn hostile() -> Group {
    let gone = Some(moment(86_400));
    Group { object_id: HOSTILE.to_owned(), membership_rule: Some(HOSTILE.to_owned()), deleted_at: gone, ..group(6, HOSTILE, &[]) }
}

fn role(n: u32, name: &str, built_in: bool) -> RoleDefinition {
    RoleDefinition {
        object_id: format!("62e90394-69f5-4237-9190-0121{n:08x}"),
        template_id: format!("62e90394-69f5-4237-9190-0121{n:08x}"),
        name: name.to_owned(),
        description: "Manages all parts of Microsoft Intune.".to_owned(),
        built_in,
        enabled: built_in,
        seen_at: moment(7_200),
        deleted_at: (n == 3).then(|| moment(86_400)),
    }
}

fn roles() -> Vec<RoleDefinition> {
    vec![role(1, "Intune Administrator", true), role(2, "Kiosk crew", false), role(3, "", false)]
}

pub(crate) fn lists() -> Vec<(&'static str, List)> {
    let list = |role, tables| List {
        tenant: production(),
        can: Can::of(role),
        state: state(),
        filter: DirectoryFilter::default(),
        tables,
    };
    let narrowed = DirectoryFilter { text: Some("pilot".to_owned()), kind: Some(GroupKind::Security), gone: false };
    let odd = DirectoryFilter { text: Some(HOSTILE.to_owned()), kind: None, gone: true };
    let hostile_role = RoleDefinition {
        object_id: HOSTILE.to_owned(),
        name: HOSTILE.to_owned(),
        description: HOSTILE.to_owned(),
        ..role(9, "", false)
    };
    vec![
        ("groups", list(Role::Operator, Tables::Groups(middle(rows())))),
        ("readonly", list(Role::Readonly, Tables::Groups(whole(rows())))),
        ("roles", list(Role::Operator, Tables::Roles(whole(roles())))),
        ("narrowed", List { filter: narrowed.clone(), ..list(Role::Operator, Tables::Groups(whole(rows().split_off(4)))) }),
        ("no-match", List { filter: narrowed, ..list(Role::Operator, Tables::Groups(whole(Vec::new()))) }),
        ("never-synced", List { state: DirectoryState::default(), ..list(Role::Operator, Tables::Groups(whole(Vec::new()))) }),
        ("stale", List { state: stale(), ..list(Role::Readonly, Tables::Groups(whole(rows()))) }),
        ("hostile", List { filter: odd.clone(), ..list(Role::Operator, Tables::Groups(whole(vec![hostile()]))) }),
        ("hostile-roles", List { filter: odd, ..list(Role::Operator, Tables::Roles(whole(vec![hostile_role]))) }),
    ]
}

pub(crate) fn groups() -> Vec<(&'static str, GroupPage)> {
    let page = |role, group: Option<Group>| GroupPage {
        tenant: production(),
        can: Can::of(role),
        state: state(),
        object_id: group
            .as_ref()
            .map_or_else(|| "def1c54f-da35-4406-bdc0-308500000099".to_owned(), |group| group.object_id.clone()),
        group,
        used_by: whole(Vec::new()),
    };
    vec![
        ("used", GroupPage { used_by: middle(super::links::users()), ..page(Role::Operator, rows().into_iter().next()) }),
        ("unused", page(Role::Readonly, rows().into_iter().nth(3))),
        ("unresolved", GroupPage { state: stale(), ..page(Role::Operator, None) }),
        ("hostile", GroupPage { used_by: middle(vec![super::links::hostile_user()]), ..page(Role::Operator, Some(hostile())) }),
        ("hostile-unresolved", GroupPage { object_id: HOSTILE.to_owned(), ..page(Role::Operator, None) }),
    ]
}

pub(crate) fn selects() -> Vec<(&'static str, Select)> {
    let select = |kind, query: &str, hits: Vec<Hit>| Select {
        tenant: production(),
        kind,
        field: "access.group".to_owned(),
        back: crate::href::tenant_settings(production().id),
        query: query.to_owned(),
        more: !hits.is_empty(),
        hits,
        state: state(),
    };
    let hit = |group: Group| Hit { id: group.object_id, name: group.name, about: "Security".to_owned() };
    let odd = Hit { id: HOSTILE.to_owned(), name: HOSTILE.to_owned(), about: HOSTILE.to_owned() };
    vec![
        ("groups", select(SelectorKind::Groups, "intune", rows().into_iter().map(hit).collect())),
        ("nothing", select(SelectorKind::RoleDefinitions, "zzz", Vec::new())),
        ("tags", Select { state: DirectoryState::default(), ..select(SelectorKind::ScopeTags, "", Vec::new()) }),
        ("filters", Select { state: stale(), ..select(SelectorKind::AssignmentFilters, "", Vec::new()) }),
        ("hostile", Select { field: HOSTILE.to_owned(), ..select(SelectorKind::Groups, HOSTILE, vec![odd]) }),
    ]
}

/// How a setting is chosen that is an object of the directory: one known, one not.
pub(crate) fn selector(key: Key) -> Option<Selector> {
    let Kind::Object(kind) = key.declaration().kind else { return None };
    let known = key == Key::AccessGroup;
    Some(Selector {
        kind: kind.into(),
        tenant: production().id,
        state: if known { state() } else { stale() },
        name: known.then(|| "Tier 0 administrators".to_owned()),
        can: Can::of(if known { Role::Manager } else { Role::Readonly }),
    })
}
