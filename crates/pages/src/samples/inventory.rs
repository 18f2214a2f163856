//! Inventory items.

use std::collections::BTreeMap;

use model::access::{Can, Role};
use model::coverage::{TypeCoverage, TypeState};
use model::inventory::{InventoryFilter, InventoryItem, Presence};
use model::json::Json;
use model::resource_types::Platform;
use model::version::{Change, Changed, KeptSecret, Mark, PolicyVersion};

use super::values::{id, moment, production};
use super::{HOSTILE, content, middle, overview, row_of_sync, whole};
use crate::inventory::{Item, List, SyncForm, Version};

fn item(n: u32, kind: &str, name: &str, platform: Platform, presence: Presence) -> InventoryItem {
    InventoryItem {
        id: id(8, n),
        tenant_id: production().id,
        resource_type: kind.to_owned(),
        object_id: format!("def1c54f-da35-4406-bdc0-3085{n:08x}"),
        name: name.to_owned(),
        platform,
        odata_type: None,
        modified_at: (n % 4 != 3).then(|| moment(86_400 * u64::from(n) * 3)),
        assignments: (n % 3 != 2).then_some(i64::from(n % 5)),
        content_hash: "5f3c9a1be07d4c2285e6b1f09d3a7c415f3c9a1be07d4c2285e6b1f09d3a7c41".to_owned(),
        first_seen_at: moment(86_400 * 120),
        last_seen_at: moment(7_066),
        changed_at: moment(86_400 * 5),
        last_seen_run_id: Some(super::run::succeeded().id),
        presence,
    }
}

pub(crate) fn rows() -> Vec<InventoryItem> {
    use Platform::{Android, Entra, Ios, Macos, Windows};
    use Presence::{Missing, MissingUnsure, Present};
    [
        ("settings_catalog_policy", "WIN – Baseline – Defender Antivirus", Windows, Present),
        ("settings_catalog_policy", "WIN – Baseline – BitLocker for fixed and operating system drives", Windows, Present),
        ("device_configuration", "WIN – Wi-Fi – Head office", Windows, Present),
        ("compliance_policy", "iOS – Compliance – Standard", Ios, Present),
        ("device_management_script", "WIN – Script – Remove consumer apps", Windows, Missing),
        ("app_protection_android", "AND – App protection – Level 2", Android, Present),
        ("conditional_access_policy", "CA101 – Require MFA for administrators", Entra, Present),
        ("mobile_app", "", Macos, MissingUnsure),
        ("assignment_filter", "Corporate devices only", Windows, Present),
    ]
    .into_iter()
    .zip(1..)
    .map(|((kind, name, platform, presence), n)| item(n, kind, name, platform, presence))
    .collect()
}

pub(crate) fn hostile_item() -> InventoryItem {
    InventoryItem {
        odata_type: Some(HOSTILE.to_owned()),
        object_id: HOSTILE.to_owned(),
        ..item(66, HOSTILE, HOSTILE, Platform::Unknown, Presence::Present)
    }
}

pub(crate) fn lists() -> Vec<(&'static str, List)> {
    let list = |role, items| List {
        tenant: production(),
        can: Can::of(role),
        filter: InventoryFilter::default(),
        items,
        summary: overview::summary(),
    };
    let filter = InventoryFilter {
        types: vec!["settings_catalog_policy".to_owned(), "device_configuration".to_owned()],
        platform: Some(Platform::Windows),
        text: Some("baseline".to_owned()),
        missing: Some(false),
    };
    let hostile =
        InventoryFilter { types: vec![HOSTILE.to_owned()], text: Some(HOSTILE.to_owned()), ..InventoryFilter::default() };
    let long = item(70, "mobile_app", &"An endless name ".repeat(4_000), Platform::All, Presence::Present);
    vec![
        ("full", list(Role::Operator, middle(rows()))),
        ("readonly", list(Role::Readonly, whole(rows()))),
        ("narrowed", List { filter: filter.clone(), ..list(Role::Operator, whole(rows().into_iter().take(3).collect())) }),
        ("no-match", List { filter, ..list(Role::Operator, whole(Vec::new())) }),
        ("never-synced", List { summary: Vec::new(), ..list(Role::Operator, whole(Vec::new())) }),
        ("never-synced-readonly", List { summary: Vec::new(), ..list(Role::Readonly, whole(Vec::new())) }),
        ("hostile", List { filter: hostile, ..list(Role::Operator, whole(vec![hostile_item(), long])) }),
    ]
}

pub(crate) fn items() -> Vec<(&'static str, Item)> {
    let names = BTreeMap::from([
        ("4c1d2b7e-0d6a-4a0e-9a7b-2f0c6d1e8a11".to_owned(), "Corporate devices only".to_owned()),
        ("7".to_owned(), "Head office".to_owned()),
    ]);
    let of = |n: u32, kind: &str, name: &str, platform, json: &str| Item {
        tenant: production(),
        can: Can::of(Role::Operator),
        item: item(n, kind, name, platform, Presence::Present),
        content: Json::parse(json.as_bytes()).ok(),
        names: names.clone(),
        uses: whole(super::links::uses()),
        used_by: whole(super::links::users()),
        versions: some_versions(n),
        by: super::versions::attributions(),
        kept: if n == 14 {
            vec![KeptSecret { place: "./Device/Vendor/Quantum".to_owned(), fetched_at: moment(60) }]
        } else {
            Vec::new()
        },
        more_versions: n == 1,
        findings: if n == 1 { super::drift::some() } else { Vec::new() },
        coverage: Some(coverage()),
    };
    let catalog = || of(1, "settings_catalog_policy", "WIN – Baseline – Defender Antivirus", Platform::Windows, content::CATALOG);
    let script = of(5, "device_management_script", "WIN – Script – Remove consumer apps", Platform::Windows, content::SCRIPT);
    let access = of(7, "conditional_access_policy", "CA101 – Require MFA for administrators", Platform::Entra, content::ACCESS);
    let mut gone = of(3, "compliance_policy", "iOS – Compliance – Standard", Platform::Ios, content::COMPLIANCE);
    (gone.item.presence, gone.item.last_seen_run_id) = (Presence::Missing, None);
    let mut unsure = catalog();
    (unsure.item.presence, unsure.can) = (Presence::MissingUnsure, Can::of(Role::Readonly));
    let mut strange =
        of(14, "device_configuration", "WIN – Quantum", Platform::Unknown, r#"{"displayName":"WIN – Quantum","spin":true}"#);
    strange.item.odata_type = Some("#microsoft.graph.windows13QuantumConfiguration".to_owned());
    let mut unread = catalog();
    unread.content = None;
    (unread.versions, unread.coverage) = (Vec::new(), None);
    (unread.uses, unread.used_by) = (whole(Vec::new()), whole(Vec::new()));
    vec![
        ("catalog", catalog()),
        ("template", of(11, "administrative_template", "WIN – Edge – Home page", Platform::Windows, content::TEMPLATE)),
        ("intent", of(12, "endpoint_security_intent", "WIN – Disk encryption", Platform::Windows, content::INTENT)),
        ("script", script),
        ("access", access),
        ("missing", gone),
        ("unsure-readonly", unsure),
        ("unread", unread),
        ("unknown-kind", strange),
        (
            "hostile",
            Item {
                item: hostile_item(),
                content: Some(content::hostile()),
                kept: vec![KeptSecret { place: HOSTILE.to_owned(), fetched_at: moment(60) }; 12],
                names: BTreeMap::from([("x".to_owned(), HOSTILE.to_owned())]),
                uses: middle(vec![super::links::hostile_use()]),
                used_by: middle(vec![super::links::hostile_user()]),
                ..catalog()
            },
        ),
    ]
}

pub(crate) fn some_versions(n: u32) -> Vec<PolicyVersion> {
    let version = |number: i64, change, changed, content: bool| PolicyVersion {
        id: id(9, n * 10 + u32::try_from(number).unwrap_or(0)),
        item_id: id(8, n),
        number,
        captured_at: moment(86_400 * u64::try_from(6 - number).unwrap_or(0)),
        run_id: super::run::succeeded().id,
        run_recorded: number > 1,
        change,
        changed,
        name: "WIN – Baseline – Defender Antivirus".to_owned(),
        mark: None,
        mark_revision: 0,
        observed_before: (number > 1).then(|| moment(86_400 * u64::try_from(7 - number).unwrap_or(0))),
        content_hash: content.then(|| "5f3c9a1be07d4c2285e6b1f09d3a7c415f3c9a1be07d4c2285e6b1f09d3a7c41".to_owned()),
    };
    let all = Changed { body: true, assignments: true, scope_tags: true };
    vec![
        version(5, Change::Reappeared, Changed::default(), true),
        version(4, Change::Disappeared, Changed::default(), false),
        version(3, Change::Changed, all, true),
        version(2, Change::Changed, Changed { assignments: true, ..Changed::default() }, true),
        version(1, Change::FirstSeen, Changed::default(), true),
    ]
}

fn coverage() -> TypeCoverage {
    TypeCoverage {
        resource_type: "settings_catalog_policy".to_owned(),
        state: TypeState::Complete,
        failure_code: None,
        attempted_at: moment(7_066),
        complete_at: Some(moment(7_066)),
        complete_run_id: Some(super::run::succeeded().id),
        verified_at: Some(moment(86_400 * 3)),
        objects: 214,
        pages: 1,
    }
}

pub(crate) fn versions() -> Vec<(&'static str, Version)> {
    let of = |at: usize, content: Option<Json>| Version {
        tenant: production(),
        can: Can::of(Role::Operator),
        item: rows().remove(0),
        version: some_versions(1).remove(at),
        kept: Vec::new(),
        by: super::versions::attributions().remove(at),
        problem: None,
        volatile: content.is_some().then(|| Json::from([("id", Json::text("1")), ("settingCount", Json::int(12))])),
        content,
        names: BTreeMap::new(),
    };
    let catalog = || Json::parse(content::CATALOG.as_bytes()).ok();
    let mut hostile = of(2, Some(content::hostile()));
    (hostile.item, hostile.version.name) = (hostile_item(), HOSTILE.to_owned());
    hostile.by = super::versions::hostile_attributions().remove(0);
    hostile.version.mark = Some(Mark { note: HOSTILE.to_owned(), pinned: true, at: moment(60), by: Some(HOSTILE.to_owned()) });
    hostile.problem = Some(HOSTILE.to_owned());
    hostile.kept = vec![KeptSecret { place: HOSTILE.to_owned(), fetched_at: moment(60) }; 12];
    hostile.volatile = Some(Json::from([(HOSTILE, Json::text(HOSTILE))]));
    let mut readonly = of(4, catalog());
    readonly.can = Can::of(Role::Readonly);
    readonly.version.mark = Some(Mark { note: "Agreed.".to_owned(), pinned: true, at: moment(60), by: None });
    vec![("changed", of(2, catalog())), ("disappeared", of(1, None)), ("first-readonly", readonly), ("hostile", hostile)]
}

pub(crate) fn sync_forms() -> Vec<(&'static str, SyncForm)> {
    let form = |role| SyncForm {
        tenant: production(),
        can: Can::of(role),
        chosen: None,
        read_everything: false,
        summary: overview::summary(),
        active: None,
        problem: None,
    };
    let some = ["scope_tag".to_owned(), "assignment_filter".to_owned()].into_iter().collect();
    vec![
        ("all", form(Role::Operator)),
        (
            "some-active",
            SyncForm { chosen: Some(some), read_everything: true, active: Some(row_of_sync()), ..form(Role::Operator) },
        ),
        (
            "problem",
            SyncForm {
                chosen: Some(Default::default()),
                problem: Some("Choose at least one resource type.".to_owned()),
                ..form(Role::Operator)
            },
        ),
        ("first", SyncForm { summary: Vec::new(), ..form(Role::Owner) }),
        ("readonly", form(Role::Readonly)),
        (
            "hostile",
            SyncForm {
                problem: Some(HOSTILE.to_owned()),
                tenant: model::tenant::Tenant { name: HOSTILE.to_owned(), ..production() },
                ..form(Role::Operator)
            },
        ),
    ]
}
