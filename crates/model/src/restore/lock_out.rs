//! Conditional Access: whether a wanted state would lock somebody out of managing the tenant.

use std::collections::BTreeSet;

use crate::json::Json;

/// Template id of the role Global Administrator, in every tenant.
const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";

/// What has to be reached to manage a tenant: everything, Microsoft's admin portals, Azure's management, Microsoft Graph, Intune.
const MANAGEMENT: &[&str] = &[
    "All",
    "MicrosoftAdminPortals",
    "797f4846-ba00-4fd7-ba43-dac1f8f63013",
    "00000003-0000-0000-c000-000000000000",
    "0000000a-0000-0000-c000-000000000000",
];

/// Demands that a person may not be able to meet, on a machine that does not have it.
const DEMANDS: &[&str] = &["compliantDevice", "domainJoinedDevice", "approvedApplication", "compliantApplication"];

/// Who is signed in, as far as the cache knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignedInAs {
    /// The object id.
    pub user: String,
    /// Ids of their groups.
    pub groups: BTreeSet<String>,
    /// Template ids of their roles.
    pub roles: BTreeSet<String>,
}

/// Who would be locked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LockedOut {
    /// Whoever is signed in.
    SignedIn,
    /// Every administrator of the tenant.
    Administrators,
    /// The group that is kept for emergencies.
    BreakGlass,
}

/// A policy that would lock somebody out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockOut {
    /// What the policy is called.
    pub policy: String,
    /// Who.
    pub who: LockedOut,
    /// `block`, or what is demanded.
    pub how: Vec<String>,
    /// Whether only in some places, on some platforms or at some risk.
    pub conditional: bool,
}

/// Looks through Conditional Access policies as they would be (name and content) for those that are enforced, reach what a tenant is
/// managed with, and block, or demand a device or an app of: whoever is signed in, every administrator, the emergency group. For that
/// group every demand counts, since it is for the case that nothing else works.
#[must_use]
pub fn lock_out(policies: &[(String, &Json)], signed_in: Option<&SignedInAs>, break_glass: Option<&str>) -> Vec<LockOut> {
    let mut found = Vec::new();
    for (name, policy) in policies {
        if policy.get("state").and_then(Json::as_str) != Some("enabled") || !reaches_management(policy) {
            continue;
        }
        let demanded = demands(policy);
        let blocks = demanded.iter().any(|control| control == "block");
        let hard: Vec<String> =
            demanded.iter().filter(|one| *one == "block" || DEMANDS.contains(&one.as_str())).cloned().collect();
        // With "or", whoever can meet one demand gets in.
        let either = policy.at(&["grantControls", "operator"]).and_then(Json::as_str) == Some("OR");
        let shut = blocks || (!hard.is_empty() && (!either || hard.len() == demanded.len()));
        let conditional = is_conditional(policy);
        let mut tell = |who, how: &[String]| {
            found.push(LockOut { policy: name.clone(), who, how: how.to_vec(), conditional });
        };
        if shut && signed_in.is_some_and(|person| reaches(policy, Some(&person.user), &person.groups, &person.roles)) {
            tell(LockedOut::SignedIn, &hard);
        }
        if shut && reaches_all_administrators(policy) {
            tell(LockedOut::Administrators, &hard);
        }
        if let Some(group) = break_glass
            && !demanded.is_empty()
            && reaches(policy, None, &BTreeSet::from([group.to_owned()]), &BTreeSet::from([GLOBAL_ADMINISTRATOR.to_owned()]))
        {
            tell(LockedOut::BreakGlass, &demanded);
        }
    }
    found
}

fn texts<'a>(policy: &'a Json, path: &[&str]) -> Vec<&'a str> {
    policy.at(path).and_then(Json::as_array).unwrap_or_default().iter().filter_map(Json::as_str).collect()
}

fn reaches_management(policy: &Json) -> bool {
    let apps = |list: &str| texts(policy, &["conditions", "applications", list]);
    let excluded = apps("excludeApplications");
    let actions = texts(policy, &["conditions", "applications", "includeUserActions"]);
    actions.is_empty()
        && apps("includeApplications").iter().any(|app| MANAGEMENT.contains(app) && (*app == "All" || !excluded.contains(app)))
}

/// What the policy demands: its controls, an authentication strength, terms of use.
fn demands(policy: &Json) -> Vec<String> {
    let mut demanded: Vec<String> = texts(policy, &["grantControls", "builtInControls"]).into_iter().map(str::to_owned).collect();
    if policy.at(&["grantControls", "authenticationStrength", "id"]).is_some() {
        demanded.push("authenticationStrength".to_owned());
    }
    if !texts(policy, &["grantControls", "termsOfUse"]).is_empty() {
        demanded.push("termsOfUse".to_owned());
    }
    demanded
}

fn reaches(policy: &Json, user: Option<&str>, groups: &BTreeSet<String>, roles: &BTreeSet<String>) -> bool {
    let users = |list: &str| texts(policy, &["conditions", "users", list]);
    let holds = |suffix: &str| {
        users(&format!("{suffix}Users")).into_iter().any(|one| one == "All" || Some(one) == user)
            || users(&format!("{suffix}Groups")).into_iter().any(|one| one == "All" || groups.contains(one))
            || users(&format!("{suffix}Roles")).into_iter().any(|one| roles.contains(one))
    };
    holds("include") && !holds("exclude")
}

/// Every administrator is reached, and nobody is left out who could mend it.
fn reaches_all_administrators(policy: &Json) -> bool {
    let users = |list: &str| texts(policy, &["conditions", "users", list]);
    let included = users("includeUsers").contains(&"All") || users("includeRoles").contains(&GLOBAL_ADMINISTRATOR);
    let nobody = ["excludeUsers", "excludeGroups"].iter().all(|list| {
        // Guests do not manage the tenant.
        users(list).iter().all(|one| *one == "GuestsOrExternalUsers")
    });
    included && nobody && !users("excludeRoles").contains(&GLOBAL_ADMINISTRATOR)
}

fn is_conditional(policy: &Json) -> bool {
    let some = |path: &[&str]| !texts(policy, path).is_empty();
    let any_place = texts(policy, &["conditions", "locations", "includeLocations"]);
    let places = policy.at(&["conditions", "locations"]).is_some_and(|one| *one != Json::Null)
        && (any_place != ["All"] || some(&["conditions", "locations", "excludeLocations"]));
    let platforms = texts(policy, &["conditions", "platforms", "includePlatforms"]);
    let apps = texts(policy, &["conditions", "clientAppTypes"]);
    places
        || (!platforms.is_empty() && (platforms != ["all"] || some(&["conditions", "platforms", "excludePlatforms"])))
        || some(&["conditions", "userRiskLevels"])
        || some(&["conditions", "signInRiskLevels"])
        || some(&["conditions", "servicePrincipalRiskLevels"])
        || policy.at(&["conditions", "devices", "deviceFilter"]).is_some_and(|filter| *filter != Json::Null)
        || (!apps.is_empty() && !apps.contains(&"all"))
}
