//! Guards of the platform's pages. Whoever is signed in to a workspace finds nothing there, and an operator's session opens nothing
//! anywhere else: the planes have cookies of their own.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use model::audit::AuditEntry;
use pages::chrome::SystemShell;
use pages::{Frame, Page};
use secrecy::SecretString;
use store::access::{GlassScope, PlatformScope};

use super::cookies::Cookie;
use super::deeds::Deed;
use super::extract::Guard;
use crate::error::Error;
use crate::respond;
use crate::state::WebState;
use crate::ui::flash::{to_flash, to_toast};
use crate::visit::Visit;

/// Whether a path is one of the platform's.
pub(crate) fn on_platform(path: &str) -> bool {
    path.strip_prefix("/system").is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

/// Somebody at the platform's door: an operator, or nobody in particular, but nobody who is signed in to a workspace.
#[derive(Debug, Clone)]
pub struct Door {
    /// The session that the browser has already.
    pub(crate) scope: Option<PlatformScope>,
}

/// An operator of the installation with a live session.
#[derive(Debug, Clone)]
pub struct Operates {
    pub(crate) scope: PlatformScope,
    /// What they have open in this session.
    pub(crate) open: Option<GlassScope>,
    pub(crate) visit: Visit,
    secret: SecretString,
}

/// The same, who attempts `D`.
#[derive(Debug, Clone)]
pub struct OperatesTo<D> {
    pub(crate) operates: Operates,
    deed: PhantomData<D>,
}

/// An operator who has a workspace open in this session.
#[derive(Debug, Clone)]
pub struct InGlass {
    pub(crate) operates: Operates,
    pub(crate) glass: GlassScope,
}

/// The same, who attempts `D`.
#[derive(Debug, Clone)]
pub struct GlassTo<D> {
    pub(crate) inside: InGlass,
    deed: PhantomData<D>,
}

impl Guard for Door {
    const NAME: &'static str = "Door";
}

impl Guard for Operates {
    const NAME: &'static str = "Operates";
}

impl<D: Deed> Guard for OperatesTo<D> {
    const NAME: &'static str = "Operates";
}

impl Guard for InGlass {
    const NAME: &'static str = "InGlass";
}

impl<D: Deed> Guard for GlassTo<D> {
    const NAME: &'static str = "InGlass";
}

impl Operates {
    /// The page in the platform's surroundings.
    ///
    /// # Errors
    /// When the database refuses, or the machine has no randomness.
    pub(crate) async fn answer<P: Page>(&self, web: &WebState, page: &P) -> Result<Response, Error> {
        self.answer_with(web, axum::http::StatusCode::OK, page).await
    }

    /// As [`Operates::answer`], with another status.
    ///
    /// # Errors
    /// As [`Operates::answer`].
    pub(crate) async fn answer_with<P: Page>(
        &self,
        web: &WebState,
        status: axum::http::StatusCode,
        page: &P,
    ) -> Result<Response, Error> {
        let flash = if self.visit.shows_toasts() { web.store().platform().take_flash(&self.scope).await? } else { None };
        let shell = SystemShell {
            name: self.scope.name().to_owned(),
            email: self.scope.email().to_owned(),
            may_open: web.options().break_glass,
            open: self.open.as_ref().map(|open| open.glass().clone()),
            csrf: super::csrf::token(&self.secret)?,
            theme: self.visit.theme,
            toast: flash.map(to_toast),
            now: web.store().now().await?,
            here: self.visit.here.clone(),
        };
        Ok(respond::page_with(status, page, &Frame::from(shell), self.visit.regions.as_deref()))
    }

    /// Leaves a message for the next page.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn tell(&self, web: &WebState, toast: pages::Toast) -> Result<(), Error> {
        Ok(web.store().platform().put_flash(&self.scope, &to_flash(toast)).await?)
    }
}

impl<D: Deed> OperatesTo<D> {
    /// Puts on record that what was attempted was refused.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn refused(&self, web: &WebState) -> Result<(), Error> {
        Ok(web.store().platform().denied(&self.operates.scope, AuditEntry::denied(D::ACTION)).await?)
    }
}

impl<D: Deed> GlassTo<D> {
    /// Puts on record that what was attempted was refused.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn refused(&self, web: &WebState) -> Result<(), Error> {
        Ok(web.store().platform().denied(&self.inside.operates.scope, AuditEntry::denied(D::ACTION)).await?)
    }
}

/// Whether the browser has a live session of a workspace person.
async fn is_elsewhere(parts: &Parts, web: &WebState) -> Result<bool, Error> {
    let Some(token) = Cookie::Session.read(&parts.headers, web.options()) else { return Ok(false) };
    Ok(web.store().sessions().find(&token).await?.is_some())
}

async fn operator(parts: &Parts, web: &WebState) -> Result<Option<(PlatformScope, SecretString)>, Error> {
    let Some(secret) = Cookie::System.read(&parts.headers, web.options()) else { return Ok(None) };
    Ok(web.store().access().platform(&secret).await?.map(|scope| (scope, secret)))
}

impl FromRequestParts<WebState> for Door {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        let scope = operator(parts, web).await?.map(|(scope, _)| scope);
        if scope.is_none() && is_elsewhere(parts, web).await? {
            return Err(Error::NotFound);
        }
        Ok(Self { scope })
    }
}

impl FromRequestParts<WebState> for Operates {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        let Some((scope, secret)) = operator(parts, web).await? else {
            return Err(if is_elsewhere(parts, web).await? { Error::NotFound } else { Error::SignedOut });
        };
        let open = if web.options().break_glass { web.store().access().glass(&scope).await? } else { None };
        Ok(Self { scope, open, visit: Visit::of(parts), secret })
    }
}

impl<D: Deed> FromRequestParts<WebState> for OperatesTo<D> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        Ok(Self { operates: Operates::from_request_parts(parts, web).await?, deed: PhantomData })
    }
}

impl FromRequestParts<WebState> for InGlass {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        let operates = Operates::from_request_parts(parts, web).await?;
        let glass = operates.open.clone().ok_or(Error::NotFound)?;
        Ok(Self { operates, glass })
    }
}

impl<D: Deed> FromRequestParts<WebState> for GlassTo<D> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        Ok(Self { inside: InGlass::from_request_parts(parts, web).await?, deed: PhantomData })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platform_ends_where_its_name_does() {
        assert!(["/system", "/system/", "/system?x", "/system/workers"].into_iter().all(on_platform));
        assert!(!["/systems", "/admin/system", "/", "/system-x"].into_iter().any(on_platform));
    }
}
