//! A document of Help.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use pages::help::{Reading, document};

use crate::auth::SignedIn;
use crate::error::Error;
use crate::state::WebState;
use crate::ui::shell::{At, shell};

/// `GET /admin/help/{page}`
pub(crate) async fn read(signed: SignedIn, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    let slug = params.iter().find(|(key, _)| *key == "page").map(|(_, value)| value).unwrap_or_default();
    let document = document(slug).ok_or(Error::NotFound)?;
    let (home, scope) = signed.workspace(&web, None).await?;
    let around = shell(&web, &signed, At { home, scope: scope.as_ref(), tenant: None }).await?;
    Ok(around.answer(&Reading { document: document.clone() }, &web, &signed))
}
