//! Searches over settings.

use model::diff::Piece;
use model::inventory::TypeSummary;
use model::page::Page as Rows;
use model::setting_search::{FoundObject, FoundSetting, Searchable, SettingSearch, States, Withheld};

use super::inventory::rows;
use super::values::{moment, production};
use super::{HOSTILE, middle, whole};
use crate::inventory::Search;

fn pieces(text: &str, marked: &str) -> Vec<Piece> {
    let piece = |text: &str, marked| Piece { text: text.to_owned(), marked };
    match text.split_once(marked) {
        Some((before, after)) => vec![piece(before, false), piece(marked, true), piece(after, false)],
        None => vec![piece(text, false)],
    }
}

fn setting(path: &str, id: &str, value: &str, marked: &str, withheld: Option<Withheld>) -> FoundSetting {
    FoundSetting {
        pointer: "/settings/0".to_owned(),
        path: pieces(path, marked),
        id: pieces(id, marked),
        value: pieces(value, marked),
        withheld,
    }
}

fn found(hostile: bool) -> Vec<FoundObject> {
    let id = "device_vendor_msft_bitlocker_requiredeviceencryption";
    let settings = if hostile {
        vec![
            setting(HOSTILE, HOSTILE, HOSTILE, "script", None),
            setting(&"x".repeat(300), "i", &"word ".repeat(60), "word", None),
        ]
    } else {
        vec![
            setting("bitlocker › Require device encryption", id, "Enabled", "bitlocker", None),
            setting("Description", "description", "Turns bitlocker on for laptops", "bitlocker", None),
            setting("Custom settings › bitlocker pin › Value", "customSettings.value", "", "bitlocker", Some(Withheld::Secret)),
            setting("bitlocker logo", "logo", "", "bitlocker", Some(Withheld::Encoded)),
        ]
    };
    let object = |(n, item): (i64, model::inventory::InventoryItem)| FoundObject {
        item_id: item.id,
        resource_type: if hostile { HOSTILE.to_owned() } else { item.resource_type },
        platform: item.platform,
        name: if hostile { HOSTILE.to_owned() } else { item.name },
        version: 1,
        captured_at: moment(86_400 * 40),
        latest: n,
        gone: n == 3,
        settings: settings.clone(),
        more: if n == 2 { 7 } else { 0 },
        cut: n == 4,
    };
    (1..).zip(rows()).map(object).collect()
}

pub(crate) fn searches() -> Vec<(&'static str, Search)> {
    let of = |text: &str, states, found: Rows<FoundObject>| Search {
        tenant: production(),
        search: SettingSearch { text: text.to_owned(), states, types: Vec::new() },
        found,
        stopped: false,
        searchable: Searchable { contents: 5_214, waiting: 0, until: None },
        summary: ["settings_catalog_policy", "mobile_app"]
            .map(|key| TypeSummary {
                resource_type: key.to_owned(),
                items: 12,
                missing: 1,
                complete_at: Some(moment(60)),
                state: Some(model::coverage::TypeState::Complete),
                failure_code: None,
            })
            .to_vec(),
    };
    let none = || whole(Vec::new());
    let behind = Searchable { contents: 12, waiting: 40, until: Some(moment(7_200)) };
    let hostile = of(HOSTILE, States::All, middle(found(true)));
    vec![
        ("found", of("bitlocker", States::Now, middle(found(false)))),
        ("all-versions", of("bitlocker", States::All, whole(found(false)))),
        ("empty", of("", States::Now, none())),
        ("nothing", of("zzqqx", States::Now, none())),
        ("behind", Search { searchable: behind, ..of("bitlocker", States::All, none()) }),
        ("stopped", Search { stopped: true, ..of("true enabled", States::Now, middle(Vec::new())) }),
        (
            "hostile",
            Search {
                tenant: model::tenant::Tenant { name: HOSTILE.to_owned(), ..production() },
                search: SettingSearch { types: vec![HOSTILE.to_owned()], ..hostile.search.clone() },
                ..hostile
            },
        ),
    ]
}
