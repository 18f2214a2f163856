//! What policies refer to: groups, role definitions, scope tags, assignment filters.

use model::json::Json;

use super::maker::Maker;
use super::put;
use super::values::{NULL, flag, list, text, texts};
use super::words;
use crate::tenant::TenantState;

/// Roles with what they allow.
const ROLES: [(&str, &str, bool, &[&str]); 16] = [
    ("Tenant Owner", "May do everything.", true, &["microsoft.directory/allEntities/allTasks"]),
    (
        "Device Operator",
        "Keeps devices running.",
        true,
        &["microsoft.directory/devices/standard/read", "microsoft.directory/devices/enable"],
    ),
    ("Sign-in Reviewer", "Reads sign-ins.", true, &["microsoft.directory/signInReports/allProperties/read"]),
    ("Access Policy Editor", "Edits access policies.", true, &["microsoft.directory/conditionalAccessPolicies/basic/update"]),
    (
        "Group Caretaker",
        "Edits groups.",
        true,
        &["microsoft.directory/groups/members/update", "microsoft.directory/groups/basic/update"],
    ),
    ("Licence Clerk", "Assigns licences.", true, &["microsoft.directory/users/licenseManagement/assign"]),
    ("App Registrar", "Registers applications.", true, &["microsoft.directory/applications/create"]),
    ("Audit Reader", "Reads audit logs.", true, &["microsoft.directory/auditLogs/allProperties/read"]),
    ("Guest Host", "Invites guests.", true, &["microsoft.directory/users/inviteGuest"]),
    ("Password Helper", "Resets passwords.", true, &["microsoft.directory/users/password/update"]),
    ("Endpoint Steward", "Manages endpoints.", true, &["microsoft.intune/allEntities/allTasks"]),
    ("Directory Reader", "Reads the directory.", true, &["microsoft.directory/users/standard/read"]),
    ("Site Helpdesk", "Custom role of the sites' helpdesks.", false, &["microsoft.directory/devices/standard/read"]),
    ("Badge Office", "Custom role of the badge office.", false, &["microsoft.directory/users/basic/update"]),
    ("Kiosk Crew", "Custom role for shared devices.", false, &["microsoft.directory/deviceManagementPolicies/standard/read"]),
    ("External Auditor", "Custom role of the yearly audit.", false, &["microsoft.directory/auditLogs/allProperties/read"]),
];

/// Fills in groups, the numbers of their members, and role definitions.
pub(super) fn fill(maker: &mut Maker, state: &mut TenantState, groups: usize) {
    for number in 0..groups {
        let group = group(maker, number);
        maker.remember("group", &group);
        if let Some(id) = group.get("id").and_then(Json::as_str) {
            let members = maker.below(10).pow(2) * maker.below(25);
            state.set_member_count(id, members as u64);
        }
        put(state, "group", group);
    }
    for (name, description, built_in, actions) in ROLES {
        let id = maker.id();
        let role = Json::from([
            ("id", text(&id)),
            ("description", text(description)),
            ("displayName", text(name)),
            ("isBuiltIn", flag(built_in)),
            ("isEnabled", flag(true)),
            ("resourceScopes", texts(["/"])),
            ("templateId", text(&id)),
            ("version", if built_in { text("1") } else { NULL }),
            (
                "rolePermissions",
                list([Json::from([("allowedResourceActions", texts(actions.iter().copied())), ("condition", NULL)])]),
            ),
        ]);
        put(state, "directory_role_definition", role);
    }
}

fn group(maker: &mut Maker, number: usize) -> Json {
    let audience = words::AUDIENCES[number % words::AUDIENCES.len()];
    let site = words::SITES[number / words::AUDIENCES.len() % words::SITES.len()];
    let dynamic = maker.chance(30);
    let synced = !dynamic && maker.chance(25);
    let base = match number % 5 {
        0 => format!("DEV – {site} – {audience}"),
        1 => format!("USR – {audience} – {site}"),
        2 => format!("{} – {site}", words::RINGS[number / 5 % words::RINGS.len()]),
        3 => format!("EXC – {audience} – {site}"),
        _ => format!("APP – {} – {site}", words::APPS[number / 5 % words::APPS.len()].0),
    };
    let name = maker.unique(base);
    let rule = if dynamic { text(format!("(device.enrollmentProfileName -eq \"{audience}\")")) } else { NULL };
    Json::from([
        ("id", text(maker.id())),
        ("deletedDateTime", NULL),
        ("createdDateTime", maker.past_second()),
        ("description", maker.description()),
        ("displayName", text(name)),
        ("groupTypes", if dynamic { texts(["DynamicMembership"]) } else { list([]) }),
        ("isAssignableToRole", if maker.chance(3) { flag(true) } else { NULL }),
        ("mail", NULL),
        ("mailEnabled", flag(false)),
        ("mailNickname", text(format!("g{number:06}"))),
        ("membershipRule", rule),
        ("membershipRuleProcessingState", if dynamic { text("On") } else { NULL }),
        ("onPremisesSyncEnabled", if synced { flag(true) } else { NULL }),
        ("securityEnabled", flag(true)),
        ("visibility", NULL),
    ])
}

/// A scope tag; number 0 is the built-in one.
pub(super) fn scope_tag(maker: &mut Maker, number: usize) -> Json {
    let name = if number == 0 {
        "Default".to_owned()
    } else {
        maker.unique(format!("Site {}", words::SITES[(number - 1) % words::SITES.len()]))
    };
    let assignments = maker.pick_id(|maker| &maker.groups).filter(|_| number > 0).map(|group| {
        let target = Json::from([("@odata.type", text("#microsoft.graph.groupAssignmentTarget")), ("groupId", text(&group))]);
        Json::from([("id", text(format!("{number}_{group}"))), ("target", target)])
    });
    Json::from([
        ("id", text(number.to_string())),
        ("displayName", text(name)),
        ("description", text("Devices and policies that the site looks after itself.")),
        ("isBuiltIn", flag(number == 0)),
        ("assignments", list(assignments)),
    ])
}

/// An assignment filter.
pub(super) fn assignment_filter(maker: &mut Maker) -> Json {
    let platforms =
        [("windows10AndLater", "WIN"), ("iOS", "IOS"), ("macOS", "MAC"), ("androidForWork", "AND"), ("windows10AndLater", "WIN")];
    let (platform, prefix) = *maker.pick(&platforms);
    let rules = [
        ("Corporate devices", "(device.deviceOwnership -eq \"Corporate\")"),
        ("Personal devices", "(device.deviceOwnership -eq \"Personal\")"),
        ("Shared tablets", "(device.model -startsWith \"Slate\")"),
        ("Old releases", "(device.osVersion -lt \"10.0.22000\")"),
        ("Laboratory", "(device.deviceName -startsWith \"LAB-\") and (device.deviceOwnership -eq \"Corporate\")"),
    ];
    let (area, rule) = *maker.pick(&rules);
    let (created, modified) = maker.times();
    Json::from([
        ("id", text(maker.id())),
        ("createdDateTime", created),
        ("lastModifiedDateTime", modified),
        ("displayName", text(maker.only(format!("{prefix} – Filter – {area}")))),
        ("description", maker.description()),
        ("platform", text(platform)),
        ("rule", text(rule)),
        ("assignmentFilterManagementType", text("devices")),
        ("roleScopeTags", maker.scope_tags()),
        ("payloads", list([])),
    ])
}
