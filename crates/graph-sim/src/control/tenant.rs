//! Tenants over HTTP: adding them, their apps, changes behind everybody's back.

use model::ids::EntraTenantId;
use model::json::Json;
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Refusal, read};
use crate::certificate::RegisteredCertificate;
use crate::generate::{Size, generate};
use crate::identity::{AppRegistration, TokenRefusal};
use crate::message::Request;
use crate::mutate::{Mutation, Mutator, Truth, What};
use crate::sim::{NoSuchTenant, Sim};
use crate::tenant::TenantProfile;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewTenant {
    name: String,
    domain: String,
    client_id: String,
    client_secret: String,
    #[serde(default)]
    policies: usize,
    #[serde(default)]
    groups: usize,
    #[serde(default)]
    seed: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Refuses {
    Nothing,
    NoConsent,
    ConditionalAccess,
    RequestLoop,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct App {
    roles: Option<Vec<String>>,
    disabled: Option<bool>,
    secret_expired: Option<bool>,
    more_secrets: Option<Vec<String>>,
    certificates: Option<Vec<String>>,
    refusal: Option<Refuses>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutate {
    seed: u64,
    #[serde(default)]
    count: Option<usize>,
    mutation: Option<Mutation>,
    #[serde(rename = "type")]
    type_key: Option<String>,
    object: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Protect {
    path: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Approve {
    code: Option<String>,
}

pub(super) fn protect(sim: &Sim, tenant: EntraTenantId, request: &Request) -> Answer {
    match read::<Protect>(request)?.path {
        Some(path) => sim.protect(tenant, &path),
        None => sim.unprotect(tenant),
    }
    Ok(json!({}))
}

pub(super) fn approve(sim: &Sim, tenant: EntraTenantId, request: &Request) -> Answer {
    let Approve { code } = read(request)?;
    Ok(json!({"approved": sim.approve(tenant, code.as_deref())}))
}

/// Every object, as text: a number keeps each of its digits.
pub(super) fn objects(sim: &Sim, tenant: EntraTenantId) -> Result<String, NoSuchTenant> {
    sim.read_state(tenant, |state| {
        let types = state.type_keys().into_iter().map(|key| {
            let objects = state.ids(key).into_iter().filter_map(|id| {
                let object = state.object(key, &id)?.to_text();
                Some(format!("{}:{object}", Json::text(id).to_text()))
            });
            format!("{}:{{{}}}", Json::text(key).to_text(), objects.collect::<Vec<_>>().join(","))
        });
        format!("{{{}}}", types.collect::<Vec<_>>().join(","))
    })
}

pub(super) fn add(sim: &Sim, tenant: EntraTenantId, request: &Request) -> Answer {
    let new: NewTenant = read(request)?;
    let app = AppRegistration::new(new.client_id, new.client_secret);
    let state = generate(new.seed, Size { policies: new.policies, groups: new.groups }, sim.now());
    sim.add_tenant(TenantProfile::new(tenant, &new.name, &new.domain, app), state);
    Ok(json!({"id": tenant}))
}

pub(super) fn change_app(sim: &Sim, tenant: EntraTenantId, client: &str, request: &Request) -> Answer {
    let wanted: App = read(request)?;
    let certificates: Option<Vec<RegisteredCertificate>> = wanted
        .certificates
        .map(|texts| {
            let read = |text: &String| {
                RegisteredCertificate::from_pem(text).ok_or_else(|| Refusal::Bad("no certificate in PEM".to_owned()))
            };
            texts.iter().map(read).collect()
        })
        .transpose()?;
    let mut known = false;
    sim.change_apps(tenant, |apps| {
        for app in apps.iter_mut().filter(|app| app.client_id.eq_ignore_ascii_case(client)) {
            known = true;
            if let Some(roles) = &wanted.roles {
                app.roles = roles.iter().cloned().collect();
            }
            app.disabled = wanted.disabled.unwrap_or(app.disabled);
            app.secret_expired = wanted.secret_expired.unwrap_or(app.secret_expired);
            if let Some(secrets) = &wanted.more_secrets {
                app.more_secrets.clone_from(secrets);
            }
            if let Some(certificates) = &certificates {
                app.certificates.clone_from(certificates);
            }
            app.refusal = match wanted.refusal {
                None => app.refusal,
                Some(Refuses::Nothing) => None,
                Some(Refuses::NoConsent) => Some(TokenRefusal::NoConsent),
                Some(Refuses::ConditionalAccess) => Some(TokenRefusal::ConditionalAccess),
                Some(Refuses::RequestLoop) => Some(TokenRefusal::RequestLoop),
            };
        }
    })?;
    if known { Ok(json!({})) } else { Err(Refusal::NotFound) }
}

pub(super) fn mutate(sim: &Sim, tenant: EntraTenantId, request: &Request) -> Answer {
    let wanted: Mutate = read(request)?;
    let mut mutator = Mutator::new(sim, wanted.seed);
    let truths = match (wanted.mutation, wanted.type_key, wanted.object) {
        (None, ..) => mutator.history(tenant, wanted.count.unwrap_or(1))?,
        (Some(mutation), Some(type_key), Some(object)) => mutator.mutate_object(tenant, mutation, &type_key, &object)?,
        (Some(mutation), ..) => {
            let mut truths = Vec::new();
            for _ in 0..wanted.count.unwrap_or(1) {
                truths.extend(mutator.mutate(tenant, mutation)?);
            }
            truths
        }
    };
    Ok(json!(truths.iter().map(told).collect::<Vec<_>>()))
}

/// A truth as JSON.
fn told(truth: &Truth) -> serde_json::Value {
    // A value that is not JSON does not come out of the simulator.
    let value =
        |json: &Option<Json>| json.as_ref().and_then(|json| serde_json::from_str::<serde_json::Value>(&json.to_text()).ok());
    let what = match &truth.what {
        What::Added => json!("added"),
        What::Deleted => json!("deleted"),
        What::Value { path, before, after } => json!({"path": path, "before": value(before), "after": value(after)}),
    };
    let Truth { mutation, type_key, id, name, matters, .. } = truth;
    json!({"mutation": mutation, "type": type_key, "id": id, "name": name, "what": what, "matters": matters})
}
