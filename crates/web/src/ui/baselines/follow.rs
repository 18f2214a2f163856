//! The tenant that a baseline follows.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::{BaselineId, TenantId};

use super::change::revision;
use super::show::came_of;
use crate::auth::deeds::FollowTenant;
use crate::auth::extract::path_id;
use crate::auth::{Form, Manages, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;

/// The tenant; an empty one: none.
#[derive(Debug)]
pub(crate) struct Golden {
    tenant: Result<Option<TenantId>, Error>,
    revision: i64,
}

impl Payload for Golden {
    fn read(fields: &Fields) -> Self {
        let tenant = match fields.one("tenant") {
            None | Some("") => Ok(None),
            Some(id) => id.parse().map(Some).map_err(|_| Error::NotFound),
        };
        Self { tenant, revision: revision(fields) }
    }
}

/// `POST /admin/baselines/{baseline}/follow?workspace=`
pub(crate) async fn follow(
    Manages { member: guard, permit }: Manages<FollowTenant>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Golden>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    let Golden { tenant, revision } = form.into_inner();
    let golden = match tenant? {
        Some(tenant) => Some(web.store().access().tenant(&guard.signed.who, tenant).await?),
        None => None,
    };
    let types = golden.as_ref().map(|scope| (scope, &[][..]));
    let done = web.store().baselines().follow(&permit, id, revision, types).await;
    let words = match golden {
        Some(_) => {
            ("It follows the tenant", "After each complete sync of the tenant that changed something it has a new version.")
        }
        None => ("It follows no tenant", "Its active version stays as it is."),
    };
    came_of(&web, &guard, id, done, words).await
}
