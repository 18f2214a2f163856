//! How much findings matter in a workspace.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::access::Capability;
use model::finding::{FindingKind, Fits, NoRule, Ratings, Severity};
use model::label::Tone;
use model::resource_types;
use pages::settings::{Asked, Ratings as Page};
use pages::{Frame, Toast, href};
use store::{KnownRatings, StoreError};

use crate::auth::deeds::RateFindings;
use crate::auth::{Form, Manages, Member, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_workspace;

/// What is done.
#[derive(Debug)]
enum Act {
    Add(Result<Fits, NoRule>, Severity),
    Remove(Result<Fits, NoRule>),
    Days(Vec<(Severity, Result<Option<u32>, NoRule>)>),
    Nothing,
}

/// What a form sends.
#[derive(Debug)]
pub(crate) struct Sent {
    act: Act,
    revision: i64,
}

fn fits(fields: &Fields) -> Result<Fits, NoRule> {
    let kind = fields.one("kind").filter(|code| !code.is_empty()).map(FindingKind::from_code);
    Fits::new(fields.one("type"), kind, fields.one("property"))
}

/// Nothing typed: the days of the product.
fn days(fields: &Fields, severity: Severity) -> Result<Option<u32>, NoRule> {
    match fields.one(&format!("days-{severity}")).map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| NoRule::Days),
    }
}

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        let act = match fields.one("act") {
            Some("add") => Act::Add(fits(fields), Severity::from_code(fields.one("severity").unwrap_or_default())),
            Some("remove") => Act::Remove(fits(fields)),
            Some("days") => Act::Days(Severity::ALL.iter().map(|severity| (*severity, days(fields, *severity))).collect()),
            _ => Act::Nothing,
        };
        Self { act, revision: fields.one("revision").and_then(|text| text.parse().ok()).unwrap_or(0) }
    }
}

impl Act {
    fn on(self, ratings: &mut Ratings) -> Result<(), NoRule> {
        match self {
            Self::Add(fits, severity) => ratings.set(fits?, severity),
            Self::Remove(fits) => {
                ratings.remove(&fits?);
                Ok(())
            }
            Self::Days(all) => all.into_iter().try_for_each(|(severity, days)| ratings.set_days(severity, days?)),
            Self::Nothing => Ok(()),
        }
    }
}

/// `GET /admin/settings/severity?workspace=&type=&kind=&property=`: shown to every member, with the rule that fits what is asked for.
pub(crate) async fn show(guard: Member, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let known = web.store().findings().ratings(&guard.scope).await?;
    let resource_type = query.one("type").filter(|key| resource_types::find(key).is_some());
    let kind = query.one("kind").map(FindingKind::from_code).filter(|kind| *kind != FindingKind::Unknown);
    let asked = resource_type.zip(kind).map(|(resource_type, kind)| Asked {
        resource_type: resource_type.to_owned(),
        kind,
        property: query.one("property").unwrap_or_default().trim().chars().take(200).collect(),
    });
    answer(&web, &guard, StatusCode::OK, known, asked, None).await
}

/// `POST /admin/settings/severity?workspace=`
pub(crate) async fn save(
    Manages { member, permit }: Manages<RateFindings>,
    State(web): State<WebState>,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let Sent { act, revision } = sent.into_inner();
    if matches!(act, Act::Nothing) {
        return Err(Error::BadRequest("There is nothing of that name to be done with rules."));
    }
    let findings = web.store().findings();
    let known = findings.ratings(&member.scope).await?;
    let mut ratings = known.ratings.clone();
    if let Err(problem) = act.on(&mut ratings) {
        return answer(&web, &member, StatusCode::UNPROCESSABLE_ENTITY, known, None, Some(problem.to_string())).await;
    }
    let rated = match findings.save_ratings(&permit, revision, &ratings).await {
        Err(StoreError::Conflict(_)) => {
            let problem = "The rules were changed meanwhile. Look at them, and do it again.".to_owned();
            let known = findings.ratings(&member.scope).await?;
            return answer(&web, &member, StatusCode::CONFLICT, known, None, Some(problem)).await;
        }
        done => done?,
    };
    let words = match (rated.findings, rated.more) {
        (0, _) => "No open finding matters otherwise.".to_owned(),
        (1, _) => "1 finding was rated anew.".to_owned(),
        (many, false) => format!("{many} findings were rated anew."),
        (many, true) => format!("{many} findings were rated anew, the others are when their tenant is next checked."),
    };
    let toast = Toast::plain("Rules saved", &words, Tone::Success);
    web.store().sessions().put_flash(&member.signed.who, &to_flash(toast)).await?;
    Ok(see_other(&String::from(href::Query::new(href::SETTINGS_RATINGS).with("workspace", member.scope.workspace_id()))))
}

async fn answer(
    web: &WebState,
    guard: &Member,
    status: StatusCode,
    known: KnownRatings,
    asked: Option<Asked>,
    problem: Option<String>,
) -> Result<Response, Error> {
    let page = Page {
        workspace: guard.scope.workspace_id(),
        rules: known.ratings,
        revision: known.revision,
        may: guard.scope.can().allows(Capability::WorkspaceSettingsManage),
        asked,
        problem,
    };
    let around = in_workspace(web, guard).await?;
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
