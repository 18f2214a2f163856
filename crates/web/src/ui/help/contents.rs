//! What Help has, and searching in it.

use axum::extract::State;
use axum::response::Response;
use pages::help::Contents;

use crate::auth::SignedIn;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::{At, shell};

const MAX_TEXT: usize = 200;

/// `GET /admin/help?q=`
pub(crate) async fn contents(signed: SignedIn, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let (home, scope) = signed.workspace(&web, query.id("workspace")?).await?;
    let around = shell(&web, &signed, At { home, scope: scope.as_ref(), tenant: None }).await?;
    let query = query.one("q").unwrap_or_default().chars().take(MAX_TEXT).collect();
    Ok(around.answer(&Contents { query }, &web, &signed))
}
