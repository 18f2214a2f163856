//! "Back up now": choosing what, and starting it.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::access::can;
use model::backup::{InvalidSelection, MOST_ITEMS, Selection};
use model::ids::InventoryItemId;
use model::operations::backup_set_capture::{Arguments, MAX_NAME};
use model::run::{StartBy, StartKey, Trigger};
use pages::backups::{Fetching, Form as Page, Input};
use pages::{Frame, Toast, href};

use crate::auth::deeds::StartBackup;
use crate::auth::{Authorized, Form, InTenant, Payload};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::secrets::fetching;
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_tenant;
use crate::ui::start_key::start_key;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Sent {
    input: Input,
    key: Result<Option<StartKey>, Error>,
}

fn ids<'a>(texts: impl Iterator<Item = &'a str>) -> BTreeSet<InventoryItemId> {
    texts.filter_map(|text| text.parse().ok()).collect()
}

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        let input = Input {
            name: fields.one("name").unwrap_or_default().to_owned(),
            what: fields.one("what").unwrap_or_default().to_owned(),
            types: fields.all("types").map(str::to_owned).collect(),
            items: ids(fields.all("items")),
            trust_list: fields.one("trust_list") == Some("yes"),
            secrets: fields.one("secrets") == Some("yes"),
        };
        Self { input, key: start_key(fields) }
    }
}

/// `GET /admin/t/{tenant}/backups/new?item=`: shown to everybody who sees the tenant, disabled without the capability.
pub(crate) async fn form(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let items = ids(query.all("item"));
    let what = if items.is_empty() { "all" } else { "items" }.to_owned();
    let input = Input { name: String::new(), what, types: BTreeSet::new(), items, trust_list: false, secrets: false };
    let problem = (input.items.len() > MOST_ITEMS).then(|| sentence(&InvalidSelection::TooManyItems.to_string()));
    answer(&web, &guard, StatusCode::OK, input, problem).await
}

/// `POST /admin/t/{tenant}/backups`: writes the run and leads back; nothing here waits for it.
pub(crate) async fn start(
    Authorized { tenant: guard, permit }: Authorized<StartBackup>,
    State(web): State<WebState>,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let Sent { input, key } = sent.into_inner();
    let selection = match input.what.as_str() {
        "all" => Ok(Selection::All),
        "types" => Selection::of_types(&input.types),
        "items" if input.items.len() > MOST_ITEMS => Err(InvalidSelection::TooManyItems),
        "items" => {
            let found = web.store().inventory().chosen(&guard.scope, &input.items).await?;
            Selection::of_items(found.into_iter().map(|item| item.id))
        }
        _ => Err(InvalidSelection::NoType),
    };
    let name_fits = input.name.trim().chars().count() <= MAX_NAME;
    let selection = match selection.map_err(|invalid| sentence(&invalid.to_string())) {
        Ok(selection) if name_fits => selection,
        refused => {
            let problem = Some(refused.err().unwrap_or_else(|| format!("A name has at most {MAX_NAME} characters.")));
            return answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, input, problem).await;
        }
    };
    if input.secrets {
        match fetching(&web, &guard.scope).await? {
            Fetching::Allowed => {}
            // Says which capability is missing.
            Fetching::Forbidden => drop(guard.scope.permit::<can::SecretsFetch>()?),
            Fetching::Off => {
                let problem = Some("The settings do not let a backup fetch secret values.".to_owned());
                return answer(&web, &guard, StatusCode::UNPROCESSABLE_ENTITY, input, problem).await;
            }
        }
    }
    let tenant = guard.scope.tenant_id();
    let arguments =
        Arguments { trust_list: input.trust_list, secrets: input.secrets, ..Arguments::of(selection) }.named(&input.name);
    let by = StartBy::from(Trigger::Manual).with_key(key?);
    let started = web.store().runs().start(&permit, &arguments.request(tenant), by).await?;
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(Toast::started(&started))).await?;
    Ok(see_other(&href::backups(tenant)))
}

async fn answer(
    web: &WebState,
    guard: &InTenant,
    status: StatusCode,
    input: Input,
    problem: Option<String>,
) -> Result<Response, Error> {
    // Of too many, as many are shown as could be chosen.
    let items = input.items.iter().copied().take(MOST_ITEMS).collect();
    let chosen = web.store().inventory().chosen(&guard.scope, &items).await?;
    let (around, _) = in_tenant(web, guard).await?;
    let fetching = fetching(web, &guard.scope).await?;
    let page = Page { tenant: guard.scope.tenant().clone(), can: guard.scope.can(), input, fetching, chosen, problem };
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
