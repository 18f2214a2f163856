//! What is done with many findings at once: those that were chosen, or all that fit the filter of the list.

use axum::extract::State;
use axum::response::Response;
use model::finding::{FindingFilter, Move, Reason};
use model::ids::FindingId;
use model::label::Tone;
use model::time::Moment;
use pages::Toast;
use pages::drift::{Narrowing, query};
use store::StoreError;

use super::accept::end_of_day;
use super::list::narrowing;
use super::show::sentence;
use crate::auth::deeds::{AcceptFindings, AssignFinding, MoveFindings, NoteFinding};
use crate::auth::{Authorized, Form, InTenant, Payload};
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
    words: Option<Reason>,
    /// The end of the day that was chosen.
    until: Option<Moment>,
    me: bool,
}

/// Which findings.
enum Which {
    Chosen(Vec<FindingId>),
    All(FindingFilter),
}

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        Self {
            to: fields.one("act").and_then(Move::from_code).filter(|to| *to != Move::Accept),
            chosen: fields.all("finding").map(|text| text.parse().ok()).collect(),
            all: fields.one("all") == Some("yes"),
            narrowing: narrowing(fields),
            words: fields.one("words").and_then(|text| Reason::new(text).ok()),
            until: end_of_day(fields),
            me: fields.one("who") == Some("me"),
        }
    }
}

impl Sent {
    fn which(&self) -> Result<Which, Error> {
        if self.all {
            return Ok(Which::All(self.narrowing.filter()));
        }
        self.chosen.clone().map(Which::Chosen).ok_or(Error::NotFound)
    }

    /// Back to the list, which says what came of it.
    async fn answer(&self, web: &WebState, guard: &InTenant, title: &str, words: &str, tone: Tone) -> Result<Response, Error> {
        web.store().sessions().put_flash(&guard.signed.who, &to_flash(Toast::plain(title, words, tone))).await?;
        Ok(see_other(&String::from(query(guard.scope.tenant_id(), &self.narrowing))))
    }

    async fn done(&self, web: &WebState, guard: &InTenant, title: &str, count: i64) -> Result<Response, Error> {
        let (words, tone) = match count {
            0 => ("Nothing was done: no finding was chosen, or none can be from where it stands.".to_owned(), Tone::Warning),
            1 => ("1 finding.".to_owned(), Tone::Success),
            many => (format!("{many} findings."), Tone::Success),
        };
        self.answer(web, guard, title, &words, tone).await
    }
}

/// `POST /admin/t/{tenant}/drift/bulk`: those that cannot be moved there from where they stand stay.
pub(crate) async fn bulk(
    Authorized { tenant: guard, permit }: Authorized<MoveFindings>,
    State(web): State<WebState>,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let sent = form.into_inner();
    let to = sent.to.ok_or(Error::BadRequest("There is nothing of that name to be done with findings."))?;
    let (findings, note) = (web.store().findings(), sent.words.as_ref());
    let moved = match sent.which()? {
        Which::All(filter) => findings.move_all(&permit, &filter, to, note).await?,
        Which::Chosen(ids) => findings.move_some(&permit, &ids, to, note).await?,
    };
    let words = match moved {
        0 => "No finding was moved: none was chosen, or none can be moved there.".to_owned(),
        1 => "1 finding was moved.".to_owned(),
        many => format!("{many} findings were moved."),
    };
    let tone = if moved == 0 { Tone::Warning } else { Tone::Success };
    sent.answer(&web, &guard, to.label(), &words, tone).await
}

/// `POST /admin/t/{tenant}/drift/bulk/accept`
pub(crate) async fn accept(
    Authorized { tenant: guard, permit }: Authorized<AcceptFindings>,
    State(web): State<WebState>,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let sent = form.into_inner();
    let which = sent.which()?;
    let (Some(until), Some(reason)) = (sent.until, &sent.words) else {
        let words = "Choose a day, and give a reason of at most 2,000 characters.";
        return sent.answer(&web, &guard, "No risk was accepted", words, Tone::Danger).await;
    };
    let findings = web.store().findings();
    let done = match which {
        Which::All(filter) => findings.accept_all(&permit, &filter, (until, reason)).await,
        Which::Chosen(ids) => findings.accept_some(&permit, &ids, (until, reason)).await,
    };
    match done {
        Err(StoreError::Conflict(why)) => sent.answer(&web, &guard, "No risk was accepted", &sentence(why), Tone::Danger).await,
        done => sent.done(&web, &guard, "Risk accepted", done?).await,
    }
}

/// `POST /admin/t/{tenant}/drift/bulk/note`
pub(crate) async fn note(
    Authorized { tenant: guard, permit }: Authorized<NoteFinding>,
    State(web): State<WebState>,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let sent = form.into_inner();
    let which = sent.which()?;
    let Some(note) = &sent.words else {
        let words = "Write something, at most 2,000 characters.";
        return sent.answer(&web, &guard, "No note was written", words, Tone::Danger).await;
    };
    let findings = web.store().findings();
    let count = match which {
        Which::All(filter) => findings.note_all(&permit, &filter, note).await?,
        Which::Chosen(ids) => findings.note_some(&permit, &ids, note).await?,
    };
    sent.done(&web, &guard, "Written", count).await
}

/// `POST /admin/t/{tenant}/drift/bulk/assign`
pub(crate) async fn assign(
    Authorized { tenant: guard, permit }: Authorized<AssignFinding>,
    State(web): State<WebState>,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let sent = form.into_inner();
    let (findings, who) = (web.store().findings(), sent.me.then(|| guard.signed.who.user().id));
    let count = match sent.which()? {
        Which::All(filter) => findings.assign_all(&permit, &filter, who).await?,
        Which::Chosen(ids) => findings.assign_some(&permit, &ids, who).await?,
    };
    sent.done(&web, &guard, if sent.me { "Assigned to you" } else { "Let go" }, count).await
}
