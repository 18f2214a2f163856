//! Whose doing it is: of what came to many objects at once, or went from many.

use axum::extract::State;
use axum::response::Response;
use model::ids::FindingId;
use model::label::Tone;
use pages::{Toast, href};
use store::{Doing, StoreError};

use super::show::sentence;
use crate::auth::deeds::ClassifyFindings;
use crate::auth::{Authorized, Form, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::flash::to_flash;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Sent {
    finding: Option<FindingId>,
    whose: Option<Doing>,
}

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        let whose = fields.one("whose");
        Self {
            finding: fields.one("finding").and_then(|id| id.parse().ok()),
            whose: Doing::ALL.into_iter().find(|doing| Some(doing.code()) == whose),
        }
    }
}

/// `POST /admin/t/{tenant}/drift/classify`
pub(crate) async fn classify(
    Authorized { tenant: guard, permit }: Authorized<ClassifyFindings>,
    State(web): State<WebState>,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let Sent { finding, whose } = form.into_inner();
    let id = finding.ok_or(Error::NotFound)?;
    let whose = whose.ok_or(Error::BadRequest("It is the service's doing, or each is told by itself."))?;
    let toast = match web.store().findings().classify(&permit, id, whose).await {
        Err(StoreError::Conflict(why)) => Toast::plain("Nothing was decided", sentence(why), Tone::Danger),
        done => {
            let (count, title) = (done?, if whose == Doing::Service { "The service's doing" } else { "Told apart" });
            let words = if count == 1 { "1 finding.".to_owned() } else { format!("{count} findings.") };
            Toast::plain(title, &words, Tone::Success)
        }
    };
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
    Ok(see_other(&href::drift(guard.scope.tenant_id())))
}
