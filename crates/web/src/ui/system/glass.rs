//! Opening a workspace for a while, and closing it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::ids::WorkspaceId;
use model::label::Tone;
use model::platform::{Minutes, Reason};
use pages::system::Glass;
use pages::{Toast, href};
use secrecy::{ExposeSecret as _, SecretString};

use crate::auth::cookies::Cookie;
use crate::auth::deeds::{EnterGlass, ExitGlass};
use crate::auth::form::Empty;
use crate::auth::password::MAX_BYTES;
use crate::auth::{Form, Operates, OperatesTo, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::{retry_after, see_other};
use crate::state::{ClientAddress, WebState};

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Wish {
    workspace: String,
    reason: String,
    minutes: String,
    password: SecretString,
}

impl Payload for Wish {
    fn read(fields: &Fields) -> Self {
        let text = |name, most| fields.one(name).unwrap_or_default().chars().take(most).collect();
        Self {
            workspace: text("workspace", 40),
            // One more than may be, so that what is too long is seen to be.
            reason: text("reason", 2 * Reason::LONGEST),
            minutes: text("minutes", 4),
            password: SecretString::from(fields.one("password").unwrap_or_default()),
        }
    }
}

/// Nothing is here where it was not allowed.
fn allowed(web: &WebState) -> Result<(), Error> {
    if web.options().break_glass { Ok(()) } else { Err(Error::NotFound) }
}

/// `GET /system/break-glass`
pub(crate) async fn form(operates: Operates, State(web): State<WebState>) -> Result<Response, Error> {
    allowed(&web)?;
    let page = page(&web, &operates).await?;
    operates.answer(&web, &page).await
}

async fn page(web: &WebState, operates: &Operates) -> Result<Glass, Error> {
    let open = web.store().glass().open(&operates.scope).await?.map(|open| (open.glass, open.here));
    Ok(Glass {
        workspaces: web.store().platform().workspace_names(&operates.scope).await?,
        open,
        chosen: String::new(),
        reason: String::new(),
        minutes: String::new(),
        workspace_problem: None,
        reason_problem: None,
        password_problem: None,
    })
}

/// `POST /system/break-glass`
pub(crate) async fn enter(
    guard: OperatesTo<EnterGlass>,
    State(web): State<WebState>,
    ClientAddress(address): ClientAddress,
    form: Form<Wish>,
) -> Result<Response, Error> {
    allowed(&web)?;
    let (operates, wish) = (&guard.operates, form.into_inner());
    let (workspace, reason) = (wish.workspace.parse::<WorkspaceId>().ok(), Reason::parse(&wish.reason));
    let minutes = Minutes::parse(&wish.minutes);
    let mut page =
        Glass { chosen: wish.workspace, reason: wish.reason, minutes: wish.minutes, ..self::page(&web, operates).await? };
    page.workspace_problem = match (workspace, minutes) {
        (None, _) => Some("Choose a workspace.".to_owned()),
        (_, None) => Some("Choose for how long.".to_owned()),
        _ => None,
    };
    page.reason_problem = reason.is_none().then(|| "Say why, in 10 to 500 characters.".to_owned());
    let (Some(workspace), Some(reason), Some(minutes)) = (workspace, reason, minutes) else {
        return operates.answer_with(&web, StatusCode::UNPROCESSABLE_ENTITY, &page).await;
    };
    if let Err(wait) = web.limiter().check(address, &format!("break-glass {}", operates.scope.operator_id())) {
        guard.refused(&web).await?;
        page.password_problem = Some("Too many attempts. Wait a moment.".to_owned());
        let mut response = operates.answer_with(&web, StatusCode::TOO_MANY_REQUESTS, &page).await?;
        retry_after(&mut response, wait);
        return Ok(response);
    }
    let readable = wish.password.expose_secret().len() <= MAX_BYTES;
    let password = if readable { wish.password } else { SecretString::default() };
    let stored = web.store().platform().own_password(&operates.scope).await?;
    if !(web.passwords().check(stored, password).await? && readable) {
        guard.refused(&web).await?;
        page.password_problem = Some("That is not your password.".to_owned());
        return operates.answer_with(&web, StatusCode::UNPROCESSABLE_ENTITY, &page).await;
    }
    let (_, token) = web.store().glass().enter(&operates.scope, workspace, &reason, minutes).await?;
    let toast = Toast::plain("The workspace is open to you", "Its owners were told.", Tone::Warning);
    operates.tell(&web, toast).await?;
    let mut response = see_other(href::BREAK_GLASS_WORKSPACE);
    Cookie::System.set(&mut response, web.options(), &token);
    Ok(response)
}

/// `POST /system/break-glass/exit`
pub(crate) async fn exit(guard: OperatesTo<ExitGlass>, State(web): State<WebState>, _: Form<Empty>) -> Result<Response, Error> {
    allowed(&web)?;
    web.store().glass().exit(&guard.operates.scope).await?;
    guard.operates.tell(&web, Toast::plain("Closed", "No workspace is open to you.", Tone::Info)).await?;
    Ok(see_other(href::SYSTEM))
}
