//! Guards: the first argument of every handler says who may call it. What a guard holds is the proof that it was checked.
//!
//! Unknown and not theirs are one error, so that nobody learns which of the two it was.

use std::marker::PhantomData;
use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use model::access::{Capability, Capable};
use model::api_token::ApiToken;
use model::audit::AuditEntry;
use model::ids::{RunId, TenantId, WorkspaceId};
use secrecy::SecretString;
use store::access::{Permit, RunSight, TenantScope, WorkspaceScope};
use store::{Home, StoreError};

use super::cookies::Cookie;
use super::deeds::{Deed, Permitted};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::visit::Visit;

/// What the first argument of a handler must be.
pub trait Guard: FromRequestParts<WebState> {
    /// Its name in the table of routes.
    const NAME: &'static str;
    /// The capability that it asks for, beside being allowed to see the place.
    const CAPABILITY: Option<Capability> = None;
}

/// Anybody may call it.
#[derive(Debug, Clone, Copy)]
pub struct Public;

/// A person with a live session; below `/api`, a program with a token of theirs.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub(crate) who: store::access::SignedIn,
    pub(crate) visit: Visit,
    pub(crate) by: By,
}

/// By what they are known.
#[derive(Debug, Clone)]
pub(crate) enum By {
    /// The secret of a session.
    Session(SecretString),
    /// A token.
    Token(Box<ApiToken>),
}

/// A member of the workspace that the query names (`?workspace=`), else of the one that they chose last, else of their first.
#[derive(Debug)]
pub struct Member {
    pub(crate) signed: SignedIn,
    pub(crate) home: Home,
    pub(crate) scope: WorkspaceScope,
}

/// Somebody entitled to the tenant of the path (`{tenant}`).
#[derive(Debug)]
pub struct InTenant {
    pub(crate) signed: SignedIn,
    pub(crate) scope: TenantScope,
}

/// Somebody who may look at the run of the path, and attempts `D` with it.
#[derive(Debug)]
pub struct OnRun<D> {
    pub(crate) signed: SignedIn,
    pub(crate) sight: RunSight,
    deed: PhantomData<D>,
}

/// The same, who also holds what `D` needs in the run's workspace.
#[derive(Debug)]
pub struct ManagesRun<D: Permitted> {
    pub(crate) signed: SignedIn,
    pub(crate) sight: RunSight,
    pub(crate) permit: Permit<D::Needs>,
}

/// Somebody entitled to the tenant of the path who holds there what `D` needs.
#[derive(Debug)]
pub struct Authorized<D: Permitted> {
    pub(crate) tenant: InTenant,
    pub(crate) permit: Permit<D::Needs>,
}

/// Somebody entitled to the tenant of the path who holds `C` there, to look.
#[derive(Debug)]
pub struct SeesIn<C> {
    pub(crate) who: store::access::SignedIn,
    pub(crate) scope: TenantScope,
    capability: PhantomData<C>,
}

/// A member of the workspace (as [`Member`]) who holds there what `D` needs.
#[derive(Debug)]
pub struct Manages<D: Permitted> {
    pub(crate) member: Member,
    pub(crate) permit: Permit<D::Needs>,
}

/// A member of the workspace (as [`Member`]) who holds `C` there, and looks.
#[derive(Debug)]
pub struct Looks<C> {
    pub(crate) member: Member,
    pub(crate) permit: Permit<C>,
}

/// Somebody entitled to the tenant of the path who holds `C` in its workspace, and looks.
#[derive(Debug)]
pub struct LooksInTenant<C> {
    pub(crate) tenant: InTenant,
    pub(crate) permit: Permit<C>,
}

impl Guard for Public {
    const NAME: &'static str = "Public";
}

impl Guard for SignedIn {
    const NAME: &'static str = "SignedIn";
}

impl Guard for Member {
    const NAME: &'static str = "Member";
}

impl Guard for InTenant {
    const NAME: &'static str = "InTenant";
}

impl<D: Deed> Guard for OnRun<D> {
    const NAME: &'static str = "OfRun";
}

impl<D: Permitted> Guard for ManagesRun<D> {
    const NAME: &'static str = "OfRun";
    const CAPABILITY: Option<Capability> = Some(D::CAPABILITY);
}

impl<D: Permitted> Guard for Authorized<D> {
    const NAME: &'static str = "Authorized";
    const CAPABILITY: Option<Capability> = Some(D::CAPABILITY);
}

impl<D: Permitted> Guard for Manages<D> {
    const NAME: &'static str = "Member";
    const CAPABILITY: Option<Capability> = Some(D::CAPABILITY);
}

impl<C: Capable> Guard for Looks<C> {
    const NAME: &'static str = "Member";
    const CAPABILITY: Option<Capability> = Some(C::CAPABILITY);
}

impl<C: Capable> Guard for LooksInTenant<C> {
    const NAME: &'static str = "InTenant";
    const CAPABILITY: Option<Capability> = Some(C::CAPABILITY);
}

impl<C: Capable> Guard for SeesIn<C> {
    const NAME: &'static str = "InTenant";
    const CAPABILITY: Option<Capability> = Some(C::CAPABILITY);
}

impl SignedIn {
    /// A token for the forms of one page.
    ///
    /// # Errors
    /// When the machine has no randomness. [`Error::SignedOut`] for a program, which gets no pages.
    pub(crate) fn csrf(&self) -> Result<String, Error> {
        match &self.by {
            By::Session(secret) => super::csrf::token(secret),
            By::Token(_) => Err(Error::SignedOut),
        }
    }

    /// The same person after their session got another token.
    pub(crate) fn with_secret(self, secret: SecretString) -> Self {
        Self { by: By::Session(secret), ..self }
    }

    /// Their workspaces, and the scope of the one that is meant; `None` for a member of none.
    ///
    /// # Errors
    /// [`Error::NotFound`] when they are no member of the wanted one.
    pub(crate) async fn workspace(
        &self,
        web: &WebState,
        wanted: Option<WorkspaceId>,
    ) -> Result<(Home, Option<WorkspaceScope>), Error> {
        let home = web.store().workspaces().mine(&self.who).await?;
        let mine = |id: &WorkspaceId| home.workspaces.iter().any(|workspace| workspace.id == *id);
        let fallback = || self.who.chosen_workspace().filter(mine).or(home.workspaces.first().map(|first| first.id));
        let Some(id) = wanted.or_else(fallback) else { return Ok((home, None)) };
        let scope = web.store().access().workspace(&self.who, id).await?;
        Ok((home, Some(scope)))
    }
}

/// The token of a request: `Authorization: Bearer …`, once.
fn bearer(headers: &HeaderMap) -> Option<SecretString> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (scheme, token) = values.next()?.to_str().ok()?.split_once(' ')?;
    let plain = scheme.eq_ignore_ascii_case("bearer") && values.next().is_none();
    plain.then(|| SecretString::from(token.trim()))
}

/// The value of a path's parameter.
///
/// # Errors
/// [`Error::NotFound`] when it is no such id: there is nothing of that name.
pub(crate) fn path_id<T: FromStr>(params: &RawPathParams, name: &str) -> Result<T, Error> {
    let value = params.iter().find(|(key, _)| *key == name).map(|(_, value)| value);
    value.and_then(|value| value.parse().ok()).ok_or(Error::NotFound)
}

pub(super) async fn path_param<T: FromStr>(parts: &mut Parts, name: &str) -> Result<T, Error> {
    let params = RawPathParams::from_request_parts(parts, &()).await.map_err(|_| Error::NotFound)?;
    path_id(&params, name)
}

impl FromRequestParts<WebState> for Public {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, _: &WebState) -> Result<Self, Error> {
        Ok(Self)
    }
}

impl FromRequestParts<WebState> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        let visit = Visit::of(parts);
        // One or the other, never both: a cookie opens nothing of the API, a token no page.
        if crate::api::is_below(parts.uri.path()) {
            let secret = bearer(&parts.headers).ok_or(Error::SignedOut)?;
            let (who, token) = web.store().api_tokens().find(&secret).await?.ok_or(Error::SignedOut)?;
            web.api_limiter().check(token.id).map_err(Error::TooMany)?;
            return Ok(Self { who, visit, by: By::Token(Box::new(token)) });
        }
        let secret = Cookie::Session.read(&parts.headers, web.options()).ok_or(Error::SignedOut)?;
        let who = web.store().sessions().find(&secret).await?.ok_or(Error::SignedOut)?;
        Ok(Self { who, visit, by: By::Session(secret) })
    }
}

impl FromRequestParts<WebState> for Member {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        let signed = SignedIn::from_request_parts(parts, web).await?;
        // A token is of one workspace and names none.
        let wanted = match &signed.by {
            By::Session(_) => Fields::of_query(&parts.uri)?.id("workspace")?,
            By::Token(_) => None,
        };
        let (home, scope) = signed.workspace(web, wanted).await?;
        Ok(Self { signed, home, scope: scope.ok_or(Error::NotFound)? })
    }
}

impl FromRequestParts<WebState> for InTenant {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        let signed = SignedIn::from_request_parts(parts, web).await?;
        let tenant: TenantId = path_param(parts, "tenant").await?;
        let scope = web.store().access().tenant(&signed.who, tenant).await?;
        Ok(Self { signed, scope })
    }
}

impl<D: Deed> FromRequestParts<WebState> for OnRun<D> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        let signed = SignedIn::from_request_parts(parts, web).await?;
        let run: RunId = path_param(parts, "run").await?;
        let sight = web.store().access().run(&signed.who, run).await;
        if let Err(StoreError::Forbidden(_)) = &sight
            && !parts.method.is_safe()
        {
            web.store().audit().denied_on_run(&signed.who, run, AuditEntry::denied(D::ACTION)).await?;
        }
        Ok(Self { signed, sight: sight?, deed: PhantomData })
    }
}

impl<D: Permitted> FromRequestParts<WebState> for ManagesRun<D> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        let OnRun { signed, sight, .. } = OnRun::<D>::from_request_parts(parts, web).await?;
        let scope = web.store().access().workspace(&signed.who, sight.workspace_id()).await?;
        let permit = scope.permit::<D::Needs>();
        if permit.is_err() && !parts.method.is_safe() {
            web.store().audit().denied_on_run(&signed.who, sight.run_id(), AuditEntry::denied(D::ACTION)).await?;
        }
        Ok(Self { permit: permit?, signed, sight })
    }
}

impl<D: Permitted> FromRequestParts<WebState> for Authorized<D> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        let tenant = InTenant::from_request_parts(parts, web).await?;
        let permit = tenant.scope.permit::<D::Needs>();
        if permit.is_err() && !parts.method.is_safe() {
            let entry = AuditEntry::denied(D::ACTION).on("tenant", tenant.scope.tenant_id().uuid());
            web.store().audit().denied_in_tenant(&tenant.scope, entry).await?;
        }
        Ok(Self { permit: permit?, tenant })
    }
}

impl<D: Permitted> FromRequestParts<WebState> for Manages<D> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        let member = Member::from_request_parts(parts, web).await?;
        let permit = member.scope.permit::<D::Needs>();
        if permit.is_err() && !parts.method.is_safe() {
            web.store().audit().denied_in_workspace(&member.scope, AuditEntry::denied(D::ACTION)).await?;
        }
        Ok(Self { permit: permit?, member })
    }
}

impl<C: Capable> FromRequestParts<WebState> for Looks<C> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        let member = Member::from_request_parts(parts, web).await?;
        Ok(Self { permit: member.scope.permit()?, member })
    }
}

impl<C: Capable> FromRequestParts<WebState> for LooksInTenant<C> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        let tenant = InTenant::from_request_parts(parts, web).await?;
        let workspace = web.store().access().workspace(&tenant.signed.who, tenant.scope.workspace_id()).await?;
        Ok(Self { permit: workspace.permit()?, tenant })
    }
}

impl<C: Capable> FromRequestParts<WebState> for SeesIn<C> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        let InTenant { scope, signed } = InTenant::from_request_parts(parts, web).await?;
        scope.permit::<C>()?;
        Ok(Self { who: signed.who, scope, capability: PhantomData })
    }
}
