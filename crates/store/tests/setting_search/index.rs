//! The index: when it is made anew, what it loses, and how it is read.

use std::time::Duration;

use model::setting_search::States;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use super::{PLAIN, found, indexed, names, observe, plain, wanted};

#[tokio::test(flavor = "multi_thread")]
async fn an_index_of_another_form_is_not_searched_and_is_made_anew() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[PLAIN]).await;
        observe(&t, &run, vec![plain("1", "One", r#""note":"alpha""#)]).await;
        observe(&t, &run, vec![plain("1", "One", r#""note":"beta""#)]).await;
        indexed(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        t.execute("update setting_index set form = 'older'").await;
        assert!(names(&t, &scope, "beta").await.is_empty());
        assert_eq!(indexed(&t).await, 1 + 2);
        assert_eq!(names(&t, &scope, "beta").await, ["One"]);
        assert_eq!(found(&t, &scope, "alpha", States::All).await.len(), 1);
        assert_eq!(t.number("select count(*) from setting_contents").await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_content_that_goes_takes_its_settings_along_and_an_unreadable_one_has_none() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[PLAIN]).await;
        observe(&t, &run, vec![plain("1", "One", r#""note":"alpha""#), plain("2", "Two", r#""note":"beta""#)]).await;
        let hash = plain("1", "One", r#""note":"alpha""#).content.hash;
        t.execute(&format!("update blobs set plain_size = 3 where hash = '{hash}'")).await;
        indexed(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        assert!(names(&t, &scope, "alpha").await.is_empty());
        assert_eq!(names(&t, &scope, "beta").await, ["Two"], "the others are found");
        for text in [
            "insert into blobs (workspace_id, hash, bytes, plain_size, created_at)
             select workspace_id, 'orphan', bytes, plain_size, created_at from blobs limit 1",
            "insert into setting_contents (tenant_id, content_hash, resource_type, workspace_id, number, entries, plain_size, cut)
             select tenant_id, 'orphan', resource_type, workspace_id, 999, entries, plain_size, cut from setting_contents limit 1",
            "delete from blobs where hash = 'orphan'",
        ] {
            t.execute(text).await;
        }
        assert_eq!(t.number("select count(*) from setting_contents").await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_that_index_at_once_take_each_content_once() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[PLAIN]).await;
        observe(&t, &run, (0..60).map(|n| plain(&n.to_string(), &format!("Object {n:02}"), r#""note":"alpha""#)).collect()).await;
        let other = t.another().await;
        let task = |store: store::Store| async move {
            let mut all = 0;
            for _ in 0..40 {
                all += store.setting_search().index(3, Duration::ZERO).await.unwrap_or_default();
            }
            all
        };
        let (one, two, three) = tokio::join!(task(t.store.clone()), task(other), task(t.store.clone()));
        let rest = indexed(&t).await;
        assert_eq!(one + two + three + rest, 60);
        let scope = world.tenant_scope(&world.readonly).await;
        let page = t.store.setting_search().find(&scope, &wanted("alpha", States::Now), None, 100).await.unwrap();
        assert_eq!(page.page.rows.len(), 60, "no bucket lost what another wrote");
        assert_eq!(t.number("select count(distinct number) from setting_contents").await, 60);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_reads_by_indexes() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[PLAIN]).await;
        let every = (0..600).map(|n| plain(&n.to_string(), &format!("Object {n:03}"), &format!(r#""note":"alpha {n}""#)));
        observe(&t, &run, every.collect()).await;
        indexed(&t).await;
        // Letters of more blocks than one small tenant has.
        let (tenant, workspace) = (t.literal(world.tenant.uuid()), t.literal(world.workspace.uuid()));
        t.execute(&format!(
            "insert into setting_letters (tenant_id, bucket, block, workspace_id, contents)
             with recursive n(i) as (select 0 union all select i + 1 from n where i < 19999)
             select {tenant}, i % 512, 100 + i / 512, {workspace}, l.contents
             from n, (select contents from setting_letters order by bucket, block limit 1) l"
        ))
        .await;
        // And more contents and versions.
        t.execute(
            "insert into setting_contents (tenant_id, content_hash, resource_type, workspace_id, number, entries, plain_size, cut)
             with recursive n(i) as (select 1 union all select i + 1 from n where i < 20)
             select tenant_id, content_hash, 'type ' || n.i, workspace_id, number + 1000 * n.i, entries, plain_size, cut
             from setting_contents, n",
        )
        .await;
        let id = if t.store.backend() == store::Backend::Postgres { "gen_random_uuid()" } else { "randomblob(16)" };
        t.execute(&format!(
            "insert into policy_versions (id, workspace_id, tenant_id, item_id, number, captured_at, operation_run_id, change,
               changed_body, changed_assignments, changed_scope_tags, name, content_hash, semantic_hash)
             with recursive n(i) as (select 2 union all select i + 1 from n where i < 40)
             select {id}, v.workspace_id, v.tenant_id, v.item_id, n.i, v.captured_at, v.operation_run_id, v.change, v.changed_body,
               v.changed_assignments, v.changed_scope_tags, v.name, v.content_hash, v.semantic_hash
             from policy_versions v, n where v.number = 1"
        ))
        .await;
        t.execute("analyze").await;
        let scope = world.tenant_scope(&world.readonly).await;
        let postgres = t.store.backend() == store::Backend::Postgres;
        for states in States::ALL {
            let plans = t.store.setting_search().explain(&scope, &wanted("bitlocker alpha", states)).await.unwrap();
            let letters = if postgres { "setting_letters_pkey" } else { "sqlite_autoindex_setting_letters_1" };
            assert!(plans[0].contains(letters), "{}", plans[0]);
            let contents = if postgres { "setting_contents_tenant_id_number_key" } else { "sqlite_autoindex_setting_contents_2" };
            for plan in [&plans[1], &plans[3]] {
                assert!(plan.contains(contents), "{plan}");
            }
            assert!(plans[1].contains("policy_versions_blob"), "{}", plans[1]);
            if !postgres {
                // Where there is but one small tenant, PostgreSQL may as well read all of its items.
                assert!(plans[2].contains("inventory_items_name"), "{}", plans[2]);
                // The page of objects is read from its first to its last, once it is there; nothing else is.
                let scans =
                    |plan: &str| plan.lines().filter(|line| line.starts_with("SCAN ")).map(str::to_owned).collect::<Vec<_>>();
                assert_eq!(
                    plans.iter().map(|plan| scans(plan)).collect::<Vec<_>>(),
                    [vec![], vec!["SCAN c".to_owned()], vec!["SCAN i".to_owned()], vec![]]
                );
            }
        }
    })
    .await;
}
