//! Adding a connection, changing it, and replacing its credential.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::access::Capability;
use model::connection::{Cloud, Connection, Signature, client_id};
use model::label::Tone;
use model::time::Moment;
use pages::connections::{Form as Page, Input, Mode};
use pages::{FieldProblem, Frame, Toast, href};
use secrecy::SecretString;
use store::{ConnectionEdit, NewConnection, NewCredential, StoreError};

use crate::auth::deeds::{CreateConnection, EditConnection, RotateConnection};
use crate::auth::{Authorized, Form, InTenant, Payload};
use crate::credential::{Entered, Refused, end_of};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::local_path::local_path;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::onboarding::show::connecting;
use crate::ui::shell::in_tenant;

/// What the forms send.
#[derive(Debug)]
pub(crate) struct Sent {
    input: Input,
    entered: Entered,
    revision: i64,
    back: Option<String>,
}

impl Payload for Sent {
    const FILES: bool = true;

    fn read(fields: &Fields) -> Self {
        let text = |name: &str| fields.one(name).unwrap_or_default().to_owned();
        let hidden = |name: &str| SecretString::from(fields.one(name).unwrap_or_default());
        let input = Input {
            cloud: text("cloud"),
            client_id: text("client_id"),
            kind: text("kind"),
            expires: text("expires"),
            token_file: text("token_file"),
            signature: text("signature"),
            note: text("note"),
        };
        let entered = Entered {
            kind: text("kind"),
            secret: hidden("secret"),
            expires: text("expires"),
            pem: hidden("pem"),
            file: hidden("file"),
            password: hidden("password"),
            token_file: text("token_file"),
        };
        let revision = fields.one("revision").and_then(|text| text.parse().ok()).unwrap_or(0);
        Self { input, entered, revision, back: back(fields) }
    }
}

/// Where it leads afterwards: a path of ours.
fn back(fields: &Fields) -> Option<String> {
    fields.one("back").and_then(local_path).map(str::to_owned)
}

/// `GET /admin/t/{tenant}/connection/new`: shown to everybody who sees the tenant, disabled without the capability.
pub(crate) async fn new(guard: InTenant, State(web): State<WebState>) -> Result<Response, Error> {
    answer(&web, &guard, StatusCode::OK, page(&guard, Mode::Create, Input::proposed(), 0)).await
}

/// `POST /admin/t/{tenant}/connection`
pub(crate) async fn create(
    Authorized { tenant: guard, permit }: Authorized<CreateConnection>,
    State(web): State<WebState>,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let Sent { input, entered, back, .. } = sent.into_inner();
    let page = Page { back, ..page(&guard, Mode::Create, input, 0) };
    let now = web.store().now().await?;
    let new = match read_new(&page.input, entered, now).await {
        Ok(new) => new,
        Err(refusal) => return refused(&web, &guard, page, refusal).await,
    };
    match web.store().connections().create(&permit, &new).await {
        Err(StoreError::Conflict(problem)) => refused(&web, &guard, page, conflict(problem)).await,
        made => {
            made?;
            done_at(&web, &guard, told(&new.credential, now, "Connection added"), page.back.as_deref()).await
        }
    }
}

/// `GET /admin/t/{tenant}/connection/edit`
pub(crate) async fn edit(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let connection = found(&web, &guard).await?;
    let page = page(&guard, Mode::Edit, Input::of(&connection), connection.revision);
    answer(&web, &guard, StatusCode::OK, Page { back: back(&query), ..page }).await
}

/// `POST /admin/t/{tenant}/connection/edit`
pub(crate) async fn change(
    Authorized { tenant: guard, permit }: Authorized<EditConnection>,
    State(web): State<WebState>,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let Sent { input, revision, back, .. } = sent.into_inner();
    let connection = found(&web, &guard).await?;
    // By what it signs in is not changed here, and decides which fields there are.
    let input = Input { kind: connection.credential_kind.code().to_owned(), ..input };
    let page = Page { back, ..page(&guard, Mode::Edit, input, revision) };
    let edit = match read_edit(&page.input, &connection, web.store().now().await?) {
        Ok(edit) => edit,
        Err(refusal) => return refused(&web, &guard, page, refusal).await,
    };
    match web.store().connections().edit(&permit, revision, &edit).await {
        Err(StoreError::Conflict(problem)) => refused(&web, &guard, page, conflict(problem)).await,
        saved => {
            saved?;
            let toast = Toast::plain("Saved", "The next run uses it.", Tone::Success);
            done_at(&web, &guard, toast, page.back.as_deref()).await
        }
    }
}

/// `GET /admin/t/{tenant}/connection/rotate`
pub(crate) async fn replace(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let connection = found(&web, &guard).await?;
    // The day of the old secret says nothing of the new one.
    let input = Input { expires: String::new(), ..Input::of(&connection) };
    let page = page(&guard, Mode::Rotate, input, connection.revision);
    answer(&web, &guard, StatusCode::OK, Page { back: back(&query), ..page }).await
}

/// `POST /admin/t/{tenant}/connection/rotate`
pub(crate) async fn rotate(
    Authorized { tenant: guard, permit }: Authorized<RotateConnection>,
    State(web): State<WebState>,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let Sent { input, entered, revision, back } = sent.into_inner();
    found(&web, &guard).await?;
    let page = Page { back, ..page(&guard, Mode::Rotate, input, revision) };
    let now = web.store().now().await?;
    let credential = match entered.read(now).await {
        Ok(credential) => credential,
        Err(refusal) => return refused(&web, &guard, page, refusal).await,
    };
    match web.store().connections().rotate(&permit, revision, &credential).await {
        Err(StoreError::Conflict(problem)) => refused(&web, &guard, page, conflict(problem)).await,
        saved => {
            saved?;
            done_at(&web, &guard, told(&credential, now, "Credential replaced"), page.back.as_deref()).await
        }
    }
}

async fn read_new(input: &Input, entered: Entered, now: Moment) -> Result<NewConnection, Refused> {
    let cloud = cloud(input)?;
    let client_id = client_id(&input.client_id).map_err(|problem| field("client_id", problem.to_string()))?;
    let credential = entered.read(now).await?;
    Ok(NewConnection { cloud, client_id, credential, signature: signature(input), note: note(input)? })
}

fn read_edit(input: &Input, connection: &Connection, now: Moment) -> Result<ConnectionEdit, Refused> {
    // One that was entered at the command line may have another form, and may stay as it is.
    let client_id = match client_id(&input.client_id) {
        Ok(id) => id,
        Err(_) if input.client_id.trim() == connection.client_id => connection.client_id.clone(),
        Err(problem) => return Err(field("client_id", problem.to_string())),
    };
    let secret_expires_at = end_of(connection, &input.expires, now)?;
    Ok(ConnectionEdit { cloud: cloud(input)?, client_id, signature: signature(input), note: note(input)?, secret_expires_at })
}

fn cloud(input: &Input) -> Result<Cloud, Refused> {
    match Cloud::from_code(&input.cloud) {
        Cloud::Unknown => Err(field("cloud", "Choose the cloud in which the tenant lives.".to_owned())),
        cloud => Ok(cloud),
    }
}

fn signature(input: &Input) -> Signature {
    match Signature::from_code(&input.signature) {
        Signature::Rs256 => Signature::Rs256,
        Signature::Ps256 | Signature::Unknown => Signature::Ps256,
    }
}

fn note(input: &Input) -> Result<String, Refused> {
    let note = input.note.trim();
    if note.chars().count() > 500 {
        Err(field("note", "A note has up to 500 characters.".to_owned()))
    } else {
        Ok(note.to_owned())
    }
}

fn field(name: &'static str, words: String) -> Refused {
    Refused::Field(FieldProblem::new(name, words))
}

fn conflict(problem: &str) -> Refused {
    field("revision", sentence(problem))
}

/// What to say of a credential that was saved.
fn told(credential: &NewCredential, now: Moment, title: &str) -> Toast {
    match credential {
        NewCredential::Certificate(pair) if pair.begins_later_than(now) => {
            Toast::plain(title, "The certificate does not hold yet: Microsoft refuses it until its first day.", Tone::Warning)
        }
        _ => Toast::plain(title, "The next run uses it.", Tone::Success),
    }
}

async fn found(web: &WebState, guard: &InTenant) -> Result<Connection, Error> {
    web.store().connections().show(&guard.scope).await?.0.ok_or(Error::NotFound)
}

fn page(guard: &InTenant, mode: Mode, input: Input, revision: i64) -> Page {
    Page { tenant: guard.scope.tenant().clone(), can: guard.scope.can(), mode, input, revision, back: None, problem: None }
}

async fn refused(web: &WebState, guard: &InTenant, page: Page, refusal: Refused) -> Result<Response, Error> {
    match refusal {
        Refused::Field(problem) => {
            answer(web, guard, StatusCode::UNPROCESSABLE_ENTITY, Page { problem: Some(problem), ..page }).await
        }
        Refused::Failed(error) => Err(error),
    }
}

async fn answer(web: &WebState, guard: &InTenant, status: StatusCode, page: Page) -> Result<Response, Error> {
    let (around, workspace) = in_tenant(web, guard).await?;
    // Who came from the onboarding stays in its step, also when something was refused.
    let wizard = href::onboarding(guard.scope.tenant_id());
    if page.back.as_deref().is_some_and(|back| back.starts_with(&wizard))
        && workspace.can().allows(Capability::WorkspaceTenantsOnboard)
        && let Some(draft) = web.store().onboarding().find(&guard.scope).await?
    {
        return connecting(web, guard, status, draft, page).await;
    }
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}

/// Back to the connection, with a message.
pub(super) async fn done(web: &WebState, guard: &InTenant, toast: Toast) -> Result<Response, Error> {
    done_at(web, guard, toast, None).await
}

/// The same, back to where the form came from.
async fn done_at(web: &WebState, guard: &InTenant, toast: Toast, back: Option<&str>) -> Result<Response, Error> {
    let to = back.map_or_else(|| href::of_tenant(guard.scope.tenant_id(), "connection"), str::to_owned);
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
    Ok(see_other(&to))
}
