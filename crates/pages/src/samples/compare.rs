//! Comparisons.

use std::collections::BTreeMap;

use model::comparison::{ComparisonFilter, Difference, Part, PartHashes, PolicyPair, PolicyState, SidesCompared};
use model::diff::Veil;
use model::inventory::InventoryItem;
use model::json::Json;
use model::page::{Cursor, Direction, Page as Rows};
use model::resource_types;

use super::inventory::{hostile_item, rows, some_versions};
use super::values::{id, moment, production, staging, tenant_list};
use super::{HOSTILE, content, middle, whole};
use crate::compare::{Offered, Pair, Pick, Side, Tenants, View};

fn side(item: &InventoryItem, number: i64, json: Option<Json>) -> Side {
    let versions = some_versions(1);
    let mut version = versions.iter().find(|version| version.number == number).unwrap_or(&versions[0]).clone();
    version.name.clone_from(&item.name);
    // As a handler does it: a page gets no secret.
    let veil = Veil::new([5; 32]);
    Side {
        tenant: production(),
        item: item.clone(),
        version,
        content: json.map(|json| veil.over(resource_types::find(&item.resource_type), &json)),
        names: BTreeMap::from([
            ("4c1d2b7e-0d6a-4a0e-9a7b-2f0c6d1e8a11".to_owned(), "Corporate devices only".to_owned()),
            ("8e75af29-5176-4372-a718-724b8a4620dc".to_owned(), "SG-Intune-Pilot".to_owned()),
            ("7".to_owned(), "Head office".to_owned()),
        ]),
        sealed_values: usize::from(number == 2) + usize::from(number == 3) * 12,
        versions,
    }
}

fn json(text: &str) -> Json {
    Json::parse(text.as_bytes()).unwrap_or(Json::Null)
}

/// The policy of the catalogue with a bit of everything changed.
fn changed() -> Json {
    let text = content::CATALOG
        .replace("WIN – Baseline – Defender Antivirus", "WIN – Baseline – Defender Antivirus (2026)")
        .replace("allowrealtimemonitoring_1\", \"children", "allowrealtimemonitoring_0\", \"children")
        .replace("\"value\": 35", "\"value\": 50")
        .replace("{\"value\": \"D:\\\\Virtual machines\"}", "{\"value\": \"D:\\\\Hyper-V\"}, {\"value\": \"E:\\\\\"}")
        .replace("blockofficechildprocesses_block\"", "blockofficechildprocesses_audit\"")
        .replace("FilterType\": \"include\"", "FilterType\": \"exclude\"")
        .replace("cfa1f128-ec48-4ee1-9ea9-1c28fdb57722", "11112222-ec48-4ee1-9ea9-1c28fdb57722")
        .replace("[\"0\", \"7\", \"31\"]", "[\"7\", \"0\", \"44\"]")
        .replace("Owner: endpoint team.", "Owner: workplace team.")
        .replace("\"technologies\": \"mdm,microsoftSense\"", "\"technologies\": null, \"priorityMetaData\": {\"priority\": 3}");
    json(&text)
}

fn script(text: &str) -> Json {
    json(&content::SCRIPT.replace(
        "IyBSZW1vdmVzIGNvbnN1bWVyIGFwcHMKR2V0LUFwcHhQYWNrYWdlIC1OYW1lICdDb250b3NvLlNvbGl0YWlyZScgfCBSZW1vdmUtQXBweFBhY2thZ2UKV3JpdGUtT3V0cHV0ICdEb25lJwo=",
        text,
    ))
}

pub(crate) fn pairs() -> Vec<(&'static str, Pair)> {
    let rows = rows();
    let (catalog, script_item) = (&rows[0], &rows[4]);
    let pair = |before: Side, after: Side| Pair { before, after, view: View::SideBySide };
    let of_catalog = || pair(side(catalog, 2, Some(json(content::CATALOG))), side(catalog, 3, Some(changed())));
    let mut two = of_catalog();
    (two.after.tenant, two.after.item.id) = (staging(), id(8, 99));
    let other_type = pair(side(catalog, 2, Some(json(content::CATALOG))), side(&rows[3], 1, Some(json(content::COMPLIANCE))));
    let scripts = pair(
        side(
            script_item,
            2,
            Some(script(
                "IyBSZW1vdmVzIGNvbnN1bWVyIGFwcHMKR2V0LUFwcHhQYWNrYWdlIC1OYW1lICdDb250b3NvLlNvbGl0YWlyZScgfCBSZW1vdmUtQXBweFBhY2thZ2UKV3JpdGUtT3V0cHV0ICdEb25lJwo=",
            )),
        ),
        // Another second line, and one more.
        side(
            script_item,
            3,
            Some(script(
                "IyBSZW1vdmVzIGNvbnN1bWVyIGFwcHMKR2V0LUFwcHhQYWNrYWdlIC1OYW1lICdDb250b3NvLkNoZXNzJyB8IFJlbW92ZS1BcHB4UGFja2FnZQpXcml0ZS1PdXRwdXQgJ0RvbmUnCmV4aXQgMAo=",
            )),
        ),
    );
    let mut bytes = scripts.clone();
    bytes.after = side(script_item, 3, Some(script("AAECAwQF")));
    let configured = |secret: &str| {
        let text =
            r#"{"displayName":"APP – Mail","customSettings":[{"name":"server","value":"SECRET"}]}"#.replace("SECRET", secret);
        json(&text)
    };
    let mut app = catalog.clone();
    app.resource_type = "app_config_managed_app".to_owned();
    let secret = pair(side(&app, 2, Some(configured("hunter2"))), side(&app, 3, Some(configured("hunter3"))));
    let hostile = |extra: &str| {
        let mut hostile = content::hostile();
        hostile.set(extra, Json::text(HOSTILE));
        hostile.set("description", Json::text(format!("{HOSTILE} {extra}")));
        hostile
    };
    // An XML in one line whose difference stands far behind its beginning.
    let long =
        |value: &str| {
            let text = r#"{"displayName":"WIN – OMA","description":"TEXT"}"#;
            json(&text.replace(
                "TEXT",
                &format!("{}isEncrypted={value};{}", "<Data Id='x'/>".repeat(400), "<Data Id='y'/>".repeat(400)),
            ))
        };
    let of_long = || pair(side(catalog, 2, Some(long("false"))), side(catalog, 3, Some(long("true"))));
    let ends = pair(
        // Lines that end with CRLF, and with LF.
        side(script_item, 2, Some(script("IyBPbmUNCmdldA0KZXhpdCAwDQo="))),
        side(script_item, 3, Some(script("IyBPbmUKZ2V0CmV4aXQgMQo="))),
    );
    vec![
        ("versions", of_catalog()),
        ("unified", Pair { view: View::Unified, ..of_catalog() }),
        ("patch", Pair { view: View::Patch, ..of_catalog() }),
        ("two-policies", two),
        ("two-types", other_type),
        ("script", scripts),
        ("script-bytes", bytes),
        ("script-ends", ends),
        ("long", of_long()),
        ("long-unified", Pair { view: View::Unified, ..of_long() }),
        ("secret", secret.clone()),
        ("secret-unified", Pair { view: View::Unified, ..secret.clone() }),
        ("secret-patch", Pair { view: View::Patch, ..secret }),
        ("same", pair(side(catalog, 2, Some(json(content::CATALOG))), side(catalog, 3, Some(json(content::CATALOG))))),
        ("one-version", pair(side(catalog, 2, Some(json(content::CATALOG))), side(catalog, 2, Some(json(content::CATALOG))))),
        ("disappeared", pair(side(catalog, 3, Some(json(content::CATALOG))), side(catalog, 4, None))),
        ("hostile", pair(side(&hostile_item(), 2, Some(hostile("a"))), side(&hostile_item(), 3, Some(hostile(HOSTILE))))),
        (
            "hostile-unified",
            Pair {
                view: View::Unified,
                ..pair(side(&hostile_item(), 2, Some(hostile("a"))), side(&hostile_item(), 3, Some(hostile("b"))))
            },
        ),
    ]
}

fn offered(find: Option<&str>) -> Offered {
    Offered { tenants: tenant_list(), more: find.is_some(), find: find.map(str::to_owned) }
}

pub(crate) fn picks() -> Vec<(&'static str, Pick)> {
    let rows = rows();
    let pick = |items| Pick {
        tenant: production(),
        item: rows[0].clone(),
        within: production(),
        offered: offered(None),
        text: None,
        all_types: false,
        items,
    };
    vec![
        ("full", pick(middle(rows.clone()))),
        ("nothing-found", Pick { text: Some("baseline".to_owned()), all_types: true, ..pick(whole(Vec::new())) }),
        (
            "hostile",
            Pick {
                item: hostile_item(),
                text: Some(HOSTILE.to_owned()),
                offered: offered(Some(HOSTILE)),
                within: model::tenant::Tenant { name: HOSTILE.to_owned(), ..staging() },
                ..pick(whole(vec![hostile_item()]))
            },
        ),
    ]
}

fn state(n: u32, kind: &str, name: &str, hash: &str, parts: [&str; 3]) -> PolicyState {
    let [body, assignments, scope_tags] = parts.map(str::to_owned);
    PolicyState {
        item_id: id(8, n),
        tenant_id: production().id,
        resource_type: kind.to_owned(),
        object_id: n.to_string(),
        name: name.to_owned(),
        version: i64::from(n),
        semantic_hash: hash.to_owned(),
        parts: Some(PartHashes { body, assignments, scope_tags }),
    }
}

pub(crate) fn tenants() -> Vec<(&'static str, Tenants)> {
    let kind = "settings_catalog_policy";
    let both = |before: PolicyState, after: PolicyState| PolicyPair {
        before: Some(before),
        after: Some(PolicyState { tenant_id: staging().id, ..after }),
    };
    let pairs = |hostile: bool| {
        let name = |name: &str| if hostile { HOSTILE.to_owned() } else { name.to_owned() };
        vec![
            PolicyPair { before: Some(state(1, kind, &name("WIN – Baseline – Edge"), "a", ["1", "1", "1"])), after: None },
            PolicyPair { before: None, after: Some(state(2, kind, &name("WIN – Pilot – Updates"), "b", ["1", "1", "1"])) },
            both(
                state(3, kind, &name("WIN – Baseline – Defender Antivirus"), "c", ["1", "1", "1"]),
                state(4, kind, &name("WIN – Baseline – Defender Antivirus"), "d", ["2", "2", "1"]),
            ),
            both(
                state(5, if hostile { HOSTILE } else { "compliance_policy" }, &name("iOS – Compliance"), "e", ["1", "1", "1"]),
                state(6, if hostile { HOSTILE } else { "compliance_policy" }, &name("iOS – compliance"), "f", ["1", "1", "3"]),
            ),
        ]
    };
    let counts = || Difference::ALL.iter().copied().zip([1, 1, 2, 1_204]).collect::<Vec<_>>();
    let types = || vec![(kind.to_owned(), 3), ("compliance_policy".to_owned(), 1)];
    let cursor = |direction| Some(Cursor { direction, key: "x".to_owned() });
    let compared = |rows| SidesCompared {
        page: Rows { rows, next: cursor(Direction::Forward), previous: cursor(Direction::Backward) },
        counts: counts(),
        types: types(),
    };
    let page = |with, found| Tenants {
        tenant: production(),
        with,
        offered: offered(None),
        filter: ComparisonFilter::default(),
        found,
        problem: None,
    };
    let narrowed = ComparisonFilter {
        before_at: Some(moment(86_400)),
        types: vec![HOSTILE.to_owned()],
        differences: vec![Difference::Different, Difference::Unknown],
        ..ComparisonFilter::default()
    };
    vec![
        ("choose", page(production(), None)),
        ("two-tenants", page(staging(), Some(compared(pairs(false))))),
        (
            "two-tenants-by-part",
            Tenants {
                filter: ComparisonFilter { part: Some(Part::ScopeTags), ..ComparisonFilter::default() },
                offered: offered(Some("con")),
                ..page(staging(), Some(compared(pairs(false))))
            },
        ),
        ("two-moments", Tenants { filter: narrowed.clone(), ..page(production(), Some(compared(pairs(false)))) }),
        (
            "nothing-differs",
            page(staging(), Some(SidesCompared { page: whole(Vec::new()), counts: counts(), types: Vec::new() })),
        ),
        ("wrong-moment", Tenants { problem: Some("That is no moment.".to_owned()), ..page(production(), None) }),
        (
            "hostile",
            Tenants {
                filter: narrowed,
                ..page(model::tenant::Tenant { name: HOSTILE.to_owned(), ..staging() }, Some(compared(pairs(true))))
            },
        ),
    ]
}
