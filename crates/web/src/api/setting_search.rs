//! The search over the settings of a tenant.

use axum::extract::State;
use axum::response::Response;
use model::access::can;
use model::diff::Piece;
use model::ids::InventoryItemId;
use model::resource_types::Platform;
use model::setting_search::{FoundObject, FoundSetting, SettingSearch, States, Withheld};
use model::time::Moment;

use super::answer;
use super::coded::{Choice, Coded, Codes};
use super::query::{self, Query, invalid};
use super::{answers, queries};
use crate::auth::SeesIn;
use crate::error::Error;
use crate::state::WebState;

/// The most types that a query may name.
const MAX_TYPES: usize = 64;

answers! {
    /// An object with settings that were found.
    ObjectWithSettings {
        /// The object.
        item_id: InventoryItemId,
        /// Key of its type.
        resource_type: String,
        /// Its platform.
        platform: Coded<Platform>,
        /// Its name in that version.
        name: String,
        /// The number of the latest version that has the settings.
        version: i64,
        /// When that was observed.
        captured_at: Moment,
        /// The number of its latest version.
        latest_version: i64,
        /// Whether that one says that it disappeared.
        gone: bool,
        /// The first of the settings.
        settings: Vec<SettingFound>,
        /// How many more were found in that version.
        more: i64,
        /// Whether the version has more settings than are searched.
        cut: bool,
    }

    /// A setting that was found; its texts may be cut around what was found.
    SettingFound {
        /// Where in the content its value is, as a JSON Pointer; may be cut.
        pointer: String,
        /// The way to it in words.
        path: String,
        /// The id of its definition, or the names of its properties with dots between them.
        id: String,
        /// Its value in words; `null` where it is withheld.
        value: Option<String>,
        /// Why there is no value: `secret` or `encoded` (a picture, a certificate).
        withheld: Option<String>,
    }
}

queries! {
    /// What is searched for.
    SettingQuery {
        /// Words that a setting must all have, in its name, its place or its value.
        q: Option<String> = {"maxLength": 200, "minLength": 1},
        /// Whether only what is there now is searched, or all versions.
        r#in: Option<Choice<States>>,
        /// Only objects of these types (keys); may be repeated.
        r#type: Vec<String> = {"maxItems": 64, "items": {"type": "string", "minLength": 1}},
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }
}

impl Codes for States {
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }

    fn code(self) -> &'static str {
        self.code()
    }
}

/// `GET /api/v1/tenants/{tenant}/inventory/search?q=&in=&type=&limit=&cursor=`
pub(crate) async fn search(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    query: Query<SettingQuery>,
) -> Result<Response, Error> {
    let wanted = &query.wanted;
    if wanted.r#type.len() > MAX_TYPES {
        return Err(invalid("`type` is there more than 64 times"));
    }
    let search = SettingSearch {
        text: query::search(wanted.q.as_deref())?.unwrap_or_default(),
        states: wanted.r#in.map(|states| states.0).unwrap_or_default(),
        types: wanted.r#type.clone(),
    };
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let found = web.store().setting_search().find(&guard.scope, &search, cursor.as_ref(), rows).await?;
    answer::page(&query, found.page.map(ObjectWithSettings::from))
}

impl From<FoundObject> for ObjectWithSettings {
    fn from(object: FoundObject) -> Self {
        Self {
            item_id: object.item_id,
            resource_type: object.resource_type,
            platform: Coded(object.platform),
            name: object.name,
            version: object.version,
            captured_at: object.captured_at,
            latest_version: object.latest,
            gone: object.gone,
            settings: object.settings.into_iter().map(SettingFound::from).collect(),
            more: i64::try_from(object.more).unwrap_or(i64::MAX),
            cut: object.cut,
        }
    }
}

impl From<FoundSetting> for SettingFound {
    fn from(setting: FoundSetting) -> Self {
        let text = |pieces: Vec<Piece>| pieces.into_iter().map(|piece| piece.text).collect::<String>();
        Self {
            pointer: setting.pointer,
            path: text(setting.path),
            id: text(setting.id),
            value: setting.withheld.is_none().then(|| text(setting.value)),
            withheld: setting.withheld.map(|why| match why {
                Withheld::Secret => "secret".to_owned(),
                Withheld::Encoded => "encoded".to_owned(),
            }),
        }
    }
}
