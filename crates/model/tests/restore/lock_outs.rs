//! Who would be locked out.

use std::collections::BTreeSet;

use model::json::Json;
use model::restore::{LockedOut, SignedInAs, lock_out};

use crate::objects::json;

const ADMIN: &str = "62e90394-69f5-4237-9190-012177145e10";

fn policy(users: &str, apps: &str, grant: &str, more: &str) -> Json {
    json(&format!(
        r#"{{"state":"enabled","conditions":{{"users":{{{users}}},"applications":{{"includeApplications":["{apps}"]}}{more}}},"grantControls":{{{grant}}}}}"#
    ))
}

fn found(policy: &Json) -> Vec<LockedOut> {
    let person = SignedInAs {
        user: "u1".to_owned(),
        groups: BTreeSet::from(["g1".to_owned()]),
        roles: BTreeSet::from([ADMIN.to_owned()]),
    };
    lock_out(&[("P".to_owned(), policy)], Some(&person), Some("emergency")).into_iter().map(|found| found.who).collect()
}

const BLOCK: &str = r#""operator":"OR","builtInControls":["block"]"#;
const MFA: &str = r#""operator":"OR","builtInControls":["mfa"]"#;

#[test]
fn a_block_of_everybody_locks_everybody_out() {
    use LockedOut::{Administrators, BreakGlass, SignedIn};
    let all = policy(r#""includeUsers":["All"]"#, "All", BLOCK, "");
    assert_eq!(found(&all), [SignedIn, Administrators, BreakGlass]);
    let mut off = all.clone();
    for state in ["disabled", "enabledForReportingButNotEnforced"] {
        off.set("state", Json::text(state));
        assert_eq!(found(&off), []);
    }
    assert_eq!(found(&policy(r#""includeUsers":["All"]"#, "an-app", BLOCK, "")), [], "the tenant can be managed");
    assert_eq!(found(&policy(r#""includeUsers":["All"]"#, "MicrosoftAdminPortals", BLOCK, "")).len(), 3);
    let safe = policy(r#""includeUsers":["All"],"excludeGroups":["emergency"],"excludeUsers":["u1"]"#, "All", BLOCK, "");
    assert_eq!(found(&safe), []);
    let group = policy(r#""includeGroups":["g1"]"#, "All", BLOCK, "");
    assert_eq!(found(&group), [SignedIn]);
    let role =
        policy(&format!(r#""includeRoles":["{ADMIN}"],"excludeUsers":["u1"],"excludeGroups":["emergency"]"#), "All", BLOCK, "");
    assert_eq!(found(&role), []);
    let roles = policy(&format!(r#""includeRoles":["{ADMIN}"]"#), "All", BLOCK, "");
    assert_eq!(found(&roles), [SignedIn, Administrators, BreakGlass]);
}

#[test]
fn demands_count_where_they_cannot_be_met() {
    use LockedOut::{Administrators, BreakGlass, SignedIn};
    assert_eq!(
        found(&policy(r#""includeUsers":["All"]"#, "All", MFA, "")),
        [BreakGlass],
        "nothing may stand before the emergency"
    );
    let device = r#""operator":"AND","builtInControls":["mfa","compliantDevice"]"#;
    assert_eq!(found(&policy(r#""includeUsers":["All"]"#, "All", device, "")), [SignedIn, Administrators, BreakGlass]);
    let either = r#""operator":"OR","builtInControls":["mfa","compliantDevice"]"#;
    assert_eq!(found(&policy(r#""includeUsers":["All"]"#, "All", either, "")), [BreakGlass]);
}

#[test]
fn conditions_are_told() {
    let some = |more: &str| {
        let policy = policy(r#""includeUsers":["All"]"#, "All", BLOCK, more);
        lock_out(&[("P".to_owned(), &policy)], None, None)[0].conditional
    };
    assert!(!some("") && !some(r#","clientAppTypes":["all"]"#) && !some(r#","platforms":{"includePlatforms":["all"]}"#));
    assert!(some(r#","locations":{"includeLocations":["All"],"excludeLocations":["AllTrusted"]}"#));
    assert!(some(r#","clientAppTypes":["exchangeActiveSync","other"]"#) && some(r#","signInRiskLevels":["high"]"#));
    assert!(some(r#","platforms":{"includePlatforms":["linux"]}"#));
}
