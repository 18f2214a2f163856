//! Settings of the workspace and of its tenants. One is changed by its revision, as it was seen.

use axum::extract::{RawPathParams, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use model::settings::{self, Key, Kind, Level};
use serde_json::Value;
use store::{Choices, NewChoice, StoreError};

use super::answer::{ok, set, whole};
use super::body::Body;
use super::coded::{Coded, Codes};
use super::headers::IfMatch;
use super::query::invalid;
use super::{answers, bodies};
use crate::auth::deeds::{SaveSettings, SaveTenantSettings};
use crate::auth::{Authorized, InTenant, Manages, Member};
use crate::error::Error;
use crate::state::WebState;

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Nobody chose.
    Default,
    /// Chosen for the workspace.
    Workspace,
    /// Chosen for the tenant.
    Tenant,
}

impl Codes for Source {
    fn all() -> Vec<Self> {
        vec![Self::Default, Self::Workspace, Self::Tenant]
    }

    fn code(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Workspace => "workspace",
            Self::Tenant => "tenant",
        }
    }
}

answers! {
    /// A setting.
    Setting {
        /// Its code.
        key: &'static str,
        /// What it is called.
        label: &'static str,
        /// What it does, in a sentence.
        help: &'static str,
        /// What holds: a number, a text or a list of codes.
        value: Value,
        /// What was chosen here itself; `null` when nothing was.
        own: Value,
        /// Where what holds was chosen.
        source: Coded<Source>,
        /// How often it was chosen here or taken back: what `If-Match` asks for, in quotes.
        revision: i64,
    }
}

bodies! {
    /// What a setting shall be.
    SettingBody {
        /// A number, a text or a list of codes, as `value` is answered.
        value: Value = {"anyOf": [
            {"type": "integer", "minimum": 0}, {"type": "string"},
            {"type": "array", "items": {"type": "string"}},
        ]},
    }
}

/// The codes of the settings of a place.
pub(crate) fn codes(level: Level) -> Vec<&'static str> {
    Key::of(level).map(Key::code).collect()
}

fn written(value: &settings::Value) -> Value {
    match value {
        settings::Value::Number(number) => Value::from(*number),
        settings::Value::Zone(_) | settings::Value::Choice(_) | settings::Value::Object(_) | settings::Value::Folder(_) => {
            Value::from(value.to_string())
        }
        settings::Value::Outcomes(_) => match value.to_string().as_str() {
            "none" => Value::Array(Vec::new()),
            codes => codes.split(',').map(Value::from).collect(),
        },
    }
}

/// The text that its declaration reads; `None` for a value of another kind.
fn text(kind: &Kind, value: &Value) -> Option<String> {
    match (kind, value) {
        (Kind::Number { .. }, Value::Number(number)) => match (number.as_u64(), number.as_f64()) {
            (Some(number), _) => Some(number.to_string()),
            // 30.0 is a whole number, too.
            (None, Some(number)) if number.fract() == 0.0 => Some(format!("{number:.0}")),
            _ => None,
        },
        (Kind::Zone | Kind::Choice(_) | Kind::Object(_) | Kind::Folder, Value::String(text)) => Some(text.clone()),
        (Kind::Outcomes { .. }, Value::Array(codes)) if codes.is_empty() => Some("none".to_owned()),
        (Kind::Outcomes { .. }, Value::Array(codes)) => {
            let codes: Option<Vec<&str>> = codes.iter().map(Value::as_str).collect();
            codes.filter(|codes| !codes.contains(&"none")).map(|codes| codes.join(","))
        }
        _ => None,
    }
}

fn read(key: Key, value: &Value) -> Result<settings::Value, Error> {
    let kind = key.declaration().kind;
    let text = text(&kind, value).ok_or_else(|| {
        invalid(match kind {
            Kind::Number { .. } => "`value` is a whole number here",
            Kind::Zone | Kind::Choice(_) | Kind::Object(_) | Kind::Folder => "`value` is a text here",
            Kind::Outcomes { .. } => "`value` is a list of codes here",
        })
    })?;
    key.parse(&text).map_err(|problem| invalid(&format!("`value`: {problem}")))
}

fn revision(choices: &Choices, key: Key) -> i64 {
    choices.revisions.get(&key).copied().unwrap_or(0)
}

fn setting(choices: &Choices, key: Key, level: Level) -> Setting {
    let (declaration, found) = (key.declaration(), choices.stored.find(key, level.path()));
    Setting {
        key: declaration.code,
        label: declaration.label,
        help: declaration.help,
        value: written(&found.value),
        own: choices.stored.own(key, level).map_or(Value::Null, written),
        source: Coded(match found.from {
            Some(Level::Workspace) => Source::Workspace,
            Some(Level::Tenant) => Source::Tenant,
            // A person's are not looked at here.
            Some(Level::Person) | None => Source::Default,
        }),
        revision: revision(choices, key),
    }
}

fn all(choices: &Choices, level: Level) -> Result<Response, Error> {
    whole(Key::of(level).map(|key| setting(choices, key, level)).collect())
}

fn tag(choices: &Choices, key: Key) -> String {
    format!("\"{}\"", revision(choices, key))
}

/// One setting with the tag of its revision. It is not kept by anybody: what holds may change above, and the revision does not.
fn one(choices: &Choices, key: Key, level: Level) -> Result<Response, Error> {
    let mut response = ok(&setting(choices, key, level))?;
    set(&mut response, header::ETAG, &tag(choices, key));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The setting of the path.
fn key(params: &RawPathParams, level: Level) -> Result<Key, Error> {
    let code = params.iter().find(|(name, _)| *name == "key").map(|(_, code)| code);
    code.and_then(Key::from_code).filter(|key| key.declaration().levels.contains(&level)).ok_or(Error::NotFound)
}

/// What is saved; `None` when what is wanted stands already.
fn choice(
    choices: &Choices,
    key: Key,
    level: Level,
    version: &IfMatch,
    value: Option<settings::Value>,
) -> Result<Option<NewChoice>, Error> {
    version.must_be(&tag(choices, key))?;
    let stands = choices.stored.own(key, level) == value.as_ref();
    Ok((!stands).then(|| NewChoice { key, value, revision: revision(choices, key) }))
}

/// Somebody was faster after the version was looked at.
fn faster(error: StoreError) -> Error {
    if matches!(error, StoreError::Conflict(_)) { Error::PreconditionFailed } else { error.into() }
}

/// `GET /api/v1/settings`
pub(crate) async fn list(member: Member, State(web): State<WebState>) -> Result<Response, Error> {
    all(&web.store().settings().of_workspace(&member.scope).await?, Level::Workspace)
}

/// `GET /api/v1/settings/{key}`
pub(crate) async fn show(member: Member, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    let key = key(&params, Level::Workspace)?;
    one(&web.store().settings().of_workspace(&member.scope).await?, key, Level::Workspace)
}

/// `PUT /api/v1/settings/{key}`
pub(crate) async fn save(
    manages: Manages<SaveSettings>,
    State(web): State<WebState>,
    params: RawPathParams,
    version: IfMatch,
    Body(wish): Body<SettingBody>,
) -> Result<Response, Error> {
    let key = key(&params, Level::Workspace)?;
    of_workspace(&web, &manages, key, &version, Some(read(key, &wish.value)?)).await
}

/// `DELETE /api/v1/settings/{key}`: the default holds again.
pub(crate) async fn reset(
    manages: Manages<SaveSettings>,
    State(web): State<WebState>,
    params: RawPathParams,
    version: IfMatch,
) -> Result<Response, Error> {
    of_workspace(&web, &manages, key(&params, Level::Workspace)?, &version, None).await
}

async fn of_workspace(
    web: &WebState,
    Manages { member, permit }: &Manages<SaveSettings>,
    key: Key,
    version: &IfMatch,
    value: Option<settings::Value>,
) -> Result<Response, Error> {
    let settings = web.store().settings();
    let before = settings.of_workspace(&member.scope).await?;
    if let Some(new) = choice(&before, key, Level::Workspace, version, value)? {
        settings.save_workspace(permit, &[new]).await.map_err(faster)?;
    }
    one(&settings.of_workspace(&member.scope).await?, key, Level::Workspace)
}

/// `GET /api/v1/tenants/{tenant}/settings`
pub(crate) async fn list_of_tenant(guard: InTenant, State(web): State<WebState>) -> Result<Response, Error> {
    all(&web.store().settings().of_tenant(&guard.scope).await?, Level::Tenant)
}

/// `GET /api/v1/tenants/{tenant}/settings/{key}`
pub(crate) async fn show_of_tenant(
    guard: InTenant,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let key = key(&params, Level::Tenant)?;
    one(&web.store().settings().of_tenant(&guard.scope).await?, key, Level::Tenant)
}

/// `PUT /api/v1/tenants/{tenant}/settings/{key}`
pub(crate) async fn save_of_tenant(
    authorized: Authorized<SaveTenantSettings>,
    State(web): State<WebState>,
    params: RawPathParams,
    version: IfMatch,
    Body(wish): Body<SettingBody>,
) -> Result<Response, Error> {
    let key = key(&params, Level::Tenant)?;
    of_tenant(&web, &authorized, key, &version, Some(read(key, &wish.value)?)).await
}

/// `DELETE /api/v1/tenants/{tenant}/settings/{key}`: what was chosen for the workspace holds again.
pub(crate) async fn reset_of_tenant(
    authorized: Authorized<SaveTenantSettings>,
    State(web): State<WebState>,
    params: RawPathParams,
    version: IfMatch,
) -> Result<Response, Error> {
    of_tenant(&web, &authorized, key(&params, Level::Tenant)?, &version, None).await
}

async fn of_tenant(
    web: &WebState,
    Authorized { tenant, permit }: &Authorized<SaveTenantSettings>,
    key: Key,
    version: &IfMatch,
    value: Option<settings::Value>,
) -> Result<Response, Error> {
    let settings = web.store().settings();
    let before = settings.of_tenant(&tenant.scope).await?;
    if let Some(new) = choice(&before, key, Level::Tenant, version, value)? {
        settings.save_tenant(permit, &[new]).await.map_err(faster)?;
    }
    one(&settings.of_tenant(&tenant.scope).await?, key, Level::Tenant)
}
