//! Searching the groups of the directory cache: by the beginning and a part of a name and by id, page by page.

use std::collections::BTreeSet;

use model::directory::{DirectoryFilter, GroupKind};
use store::access::TenantScope;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::directory::{A, B, end, group, groups, names, pass};
use crate::inventory::attempt_in;

fn id(number: usize) -> String {
    format!("{number:08x}-0000-4000-8000-{:012x}", number * 7919 + 13)
}

/// A tenant with these groups.
async fn with(t: &TestStore, all: impl IntoIterator<Item = (String, String)>) -> TenantScope {
    let world = World::of(t).await;
    let scope = world.tenant_scope(&world.owner).await;
    let run = attempt_in(t, &scope).await;
    let pass = pass(t, true).await;
    let changes: Vec<_> = all.into_iter().map(|(id, name)| group(&id, &name)).collect();
    for portion in changes.chunks(500) {
        t.store.directory().observe_groups(&run, pass, portion.to_vec()).await.unwrap();
    }
    t.store.directory().complete(&run, end(pass, "link")).await.unwrap();
    scope
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_every_script_are_found_by_a_part_of_them() {
    on_both(async |t: TestStore| {
        let all = [
            "Müller & Söhne",
            "MÜLLEREI",
            "Straße 50%_\\ \"quoted\" 'single'",
            "東京オフィス",
            "Ομάδα Αθήνα",
            "مجموعة الرياض",
            "Команда Москва",
            "עובדים",
            "ทีมกรุงเทพ",
            "👩🏽‍💻 Devs",
            "Zoë – Łódź",
            "",
            "two\nlines\tand\u{0}more",
        ];
        let scope = with(&t, all.iter().enumerate().map(|(n, name)| (id(n), (*name).to_owned()))).await;
        let found = async |text: &str| names(&groups(&t, &scope, text).await).join("|");
        assert_eq!(found("muller").await, "Müller & Söhne|MÜLLEREI");
        assert_eq!(found("ÖHN").await, "Müller & Söhne");
        assert_eq!(found("strasse").await, all[2]);
        assert_eq!(found("50%_\\").await, all[2]);
        assert_eq!(found("\"quoted\"").await, all[2]);
        assert_eq!(found("'single'").await, all[2]);
        assert_eq!(found("50_").await, "", "signs of patterns mean themselves");
        assert_eq!(found("オフィス").await, "東京オフィス");
        assert_eq!(found("αθηνα").await, "Ομάδα Αθήνα");
        assert_eq!(found("الرياض").await, "مجموعة الرياض");
        assert_eq!(found("МОСК").await, "Команда Москва");
        assert_eq!(found("ובד").await, "עובדים");
        assert_eq!(found("กรุง").await, "ทีมกรุงเทพ");
        assert_eq!(found("💻 dev").await, "👩🏽‍💻 Devs");
        assert_eq!(found("lodz").await, "Zoë – Łódź");
        assert_eq!(found("lines and").await, "two\nlines\tand\u{fffd}more");
        assert_eq!(found("mu").await, "Müller & Söhne|MÜLLEREI", "two characters begin a name");
        assert_eq!(found("ul").await, "", "and are looked for nowhere else");
        assert_eq!(found("東").await, "東京オフィス");
        assert_eq!(found("\u{301}").await, "", "an accent alone is nothing to search for");
        assert_eq!(groups(&t, &scope, "   ").await.len(), all.len());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_are_found_whole_and_by_their_last_characters() {
    on_both(async |t: TestStore| {
        let all = [(A, "Staff"), (B, "Deadbeef crew"), ("cccccccc-0000-4000-8000-0000deadbeef", "Other")];
        let scope = with(&t, all.map(|(id, name)| (id.to_owned(), name.to_owned()))).await;
        let found = async |text: &str| names(&groups(&t, &scope, text).await).join("|");
        assert_eq!(found(&A.to_uppercase()).await, "Staff");
        assert_eq!(found(&format!(" {A} ")).await, "Staff");
        assert_eq!(found("0000B0B2").await, "Deadbeef crew");
        assert_eq!(found("deadbeef").await, "Other", "an id that ends so comes first");
        assert_eq!(found("deadbee").await, "Deadbeef crew");
        assert_eq!(found("ffffffff-0000-4000-8000-000000000001").await, "");
        let filter = DirectoryFilter { kind: Some(GroupKind::Dynamic), ..DirectoryFilter::default() };
        assert!(t.store.directory().groups(&scope, &filter, None, 9).await.unwrap().rows.is_empty());
        let filter = DirectoryFilter { kind: Some(GroupKind::Security), ..DirectoryFilter::default() };
        assert_eq!(t.store.directory().groups(&scope, &filter, None, 9).await.unwrap().rows.len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_every_hit_once_forwards_and_backwards() {
    on_both(async |t: TestStore| {
        // More blocks than are looked through one by one, a text that is in all of them, one that is in few, and equal names.
        let name = |n: usize| match n {
            n if n % 1_000 == 77 => "Needle in the middle".to_owned(),
            n if n % 50 == 0 => format!("SG-Common {}", n % 7),
            n => format!("Team {:05}", (n * 7_919) % 15_000),
        };
        let scope = with(&t, (0..15_000).map(|n| (id(n), name(n)))).await;
        // Many names have the text, and no group is of the kind.
        let filter = |kind| DirectoryFilter { text: Some("team".to_owned()), kind: Some(kind), ..DirectoryFilter::default() };
        assert_eq!(t.store.directory().groups(&scope, &filter(GroupKind::Dynamic), None, 40).await.unwrap().rows.len(), 0);
        assert_eq!(t.store.directory().groups(&scope, &filter(GroupKind::Security), None, 40).await.unwrap().rows.len(), 40);
        for (text, expected) in [("common", 300), ("needle", 15), ("in the mid", 15), ("sg", 300), ("team 0001", 10), ("zzzz", 0)]
        {
            let filter = DirectoryFilter { text: Some(text.to_owned()), ..DirectoryFilter::default() };
            let mut seen = BTreeSet::new();
            let (mut order, mut cursor, mut last) = (Vec::new(), None, None);
            loop {
                let page = t.store.directory().groups(&scope, &filter, cursor.as_ref(), 40).await.unwrap();
                for group in &page.rows {
                    assert!(seen.insert(group.object_id.clone()), "{text}: twice");
                    order.push(group.name.to_lowercase());
                }
                last = page.previous.clone().or(last);
                match page.next {
                    Some(next) => cursor = Some(next),
                    None => break,
                }
            }
            assert!(order.is_sorted(), "{text}");
            let all = (0..15_000).filter(|n| name(*n).to_lowercase().contains(text)).count();
            assert!(seen.len() == all && (expected == all || text == "team 0001"), "{text}: {} of {all}", seen.len());
            if let Some(previous) = last {
                let page = t.store.directory().groups(&scope, &filter, Some(&previous), 40).await.unwrap();
                let end = order.len() - (order.len() - 1) % 40 - 1;
                assert_eq!(
                    page.rows.iter().map(|group| group.name.to_lowercase()).collect::<Vec<_>>(),
                    order[end - 40..end],
                    "{text}"
                );
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_reading_of_many_groups_gathers_statistics_by_itself() {
    on_both(async |t: TestStore| {
        if t.store.backend() != store::Backend::Postgres {
            return;
        }
        with(&t, (0..1_000).map(|n| (id(n), format!("Group {n}")))).await;
        // PostgreSQL says -1 as long as it knows nothing of a table.
        let known = t.number("select reltuples::bigint from pg_class where relname = 'directory_groups'").await;
        assert!(known >= 500, "{known}");
    })
    .await;
}
