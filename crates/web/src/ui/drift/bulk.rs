//! Moving many findings.

use axum::extract::State;
use axum::response::Response;
use model::finding::Move;
use model::ids::FindingId;
use model::label::Tone;
use pages::Toast;
use pages::drift::{Narrowing, query};

use super::list::narrowing;
use crate::auth::deeds::MoveFindings;
use crate::auth::{Authorized, Form, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::flash::to_flash;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Sent {
    to: Option<Move>,
    /// Those that were chosen; `None`: something that is no id.
    chosen: Option<Vec<FindingId>>,
    all: bool,
    narrowing: Narrowing,
}

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        Self {
            to: fields.one("act").and_then(Move::from_code).filter(|to| *to != Move::Accept),
            chosen: fields.all("finding").map(|text| text.parse().ok()).collect(),
            all: fields.one("all") == Some("yes"),
            narrowing: narrowing(fields),
        }
    }
}

/// `POST /admin/t/{tenant}/drift/bulk`: those that cannot be moved there from where they stand stay.
pub(crate) async fn bulk(
    Authorized { tenant: guard, permit }: Authorized<MoveFindings>,
    State(web): State<WebState>,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let Sent { to, chosen, all, narrowing } = form.into_inner();
    let to = to.ok_or(Error::BadRequest("There is nothing of that name to be done with findings."))?;
    let findings = web.store().findings();
    let moved = if all {
        findings.move_all(&permit, &narrowing.filter(), to, None).await?
    } else {
        findings.move_some(&permit, &chosen.ok_or(Error::NotFound)?, to, None).await?
    };
    let words = match moved {
        0 => "No finding was moved: none was chosen, or none can be moved there.".to_owned(),
        1 => "1 finding was moved.".to_owned(),
        many => format!("{many} findings were moved."),
    };
    let tone = if moved == 0 { Tone::Warning } else { Tone::Success };
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(Toast::plain(to.label(), &words, tone))).await?;
    Ok(see_other(&String::from(query(guard.scope.tenant_id(), &narrowing))))
}
