//! Invents tenants: believable, with our own names and values, the same for the same seed.
//!
//! A tenant has groups, scope tags, filters and named locations; apps, policies of the commonest types in the
//! proportions of [`mix`]; assignments and other references between them; and, if asked for, a history of changes.

mod access;
mod apps;
mod breadth;
mod compliance;
mod enrollment;
mod groups;
mod history;
mod maker;
mod mix;
mod profiles;
mod scripts;
mod settings;
mod settings_apple;
mod settings_other;
mod settings_windows;
mod values;
mod words;

use model::json::Json;
use model::time::Moment;

pub use breadth::broaden;
pub use history::{Change, ChangeEffect, history};

use crate::assign::as_the_type_has_them;
use crate::tenant::TenantState;
use maker::Maker;

/// How large an invented tenant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Objects of the inventory's types, all together.
    pub policies: usize,
    /// Groups.
    pub groups: usize,
}

impl Size {
    /// A tenant that shows everything and can be looked through.
    #[must_use]
    pub const fn demo() -> Self {
        Self { policies: 240, groups: 60 }
    }
}

/// Invents a tenant as it is at `now`.
#[must_use]
pub fn generate(seed: u64, size: Size, now: Moment) -> TenantState {
    let mut state = TenantState::new();
    let mut maker = Maker::new(seed, now);
    groups::fill(&mut maker, &mut state, size.groups);
    for (key, count) in mix::counts(size.policies) {
        for number in 0..count {
            let object = build(&mut maker, key, number);
            maker.remember(key, &object);
            put(&mut state, key, object);
        }
    }
    state
}

/// One more object of a type. `number` counts objects of the type from 0; of some types the first is the tenant's default.
fn build(maker: &mut Maker, key: &str, number: usize) -> Json {
    match key {
        "scope_tag" => groups::scope_tag(maker, number),
        "assignment_filter" => groups::assignment_filter(maker),
        "named_location" => access::named_location(maker),
        "conditional_access_policy" => access::conditional_access_policy(maker, number),
        "notification_template" => compliance::notification_template(maker),
        "compliance_policy" => compliance::compliance_policy(maker),
        "compliance_policy_v2" => settings::compliance_policy_v2(maker),
        "endpoint_security_policy" => settings::endpoint_security_policy(maker),
        "security_baseline_policy" => settings::security_baseline_policy(maker),
        "endpoint_security_intent" => profiles::endpoint_security_intent(maker),
        "device_configuration" => profiles::device_configuration(maker),
        "windows_update_ring" => profiles::windows_update_ring(maker),
        "apple_software_update_policy" => profiles::apple_software_update_policy(maker),
        "administrative_template" => profiles::administrative_template(maker),
        "device_management_script" => scripts::device_management_script(maker),
        "app_protection_ios" => apps::app_protection(maker, "iOS"),
        "app_protection_android" => apps::app_protection(maker, "Android"),
        "app_protection_windows" => apps::app_protection(maker, "Windows"),
        "mobile_app" => apps::mobile_app(maker),
        "autopilot_deployment_profile" => enrollment::autopilot_deployment_profile(maker),
        key if mix::is_enrollment(key) => enrollment::configuration(maker, key, number),
        _ => settings::settings_catalog_policy(maker),
    }
}

fn put(state: &mut TenantState, key: &str, mut object: Json) {
    as_the_type_has_them(key, &mut object);
    let stored = state.put(key, object);
    debug_assert!(stored.is_ok(), "{key}: {stored:?}");
}
