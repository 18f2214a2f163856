//! Starting happens once, answers with a link, and calls nobody.

use std::collections::BTreeSet;

use model::run::{Status, Trigger};
use testkit::browserless::Browserless;
use testkit::html::{self, Form};
use testkit::stores::on_both;
use tokio::task::JoinSet;

use crate::installation::{Installation, view_run};
use crate::served::Served;
use crate::silent::Silent;

/// Presses the button and reads the page that comes then.
async fn press(browser: &Browserless, form: &Form) -> (u16, Option<String>, String) {
    let answer = browser.submit(form).await;
    let page = browser.follow(&answer).await;
    (answer.status, view_run(&page), html::text(&page.body))
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_parallel_starts_give_one_run_and_the_same_link() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (dashboard, sync) = (pages::href::tenant(served.world.tenant), pages::href::sync(served.world.tenant));
        let mut people = Vec::new();
        for nth in 0..50 {
            let user = [&served.world.owner, &served.world.manager, &served.world.operator_member][nth % 3];
            let browser = served.session(user).await;
            let form = browser.page(&dashboard).await.form(&sync);
            people.push((browser, form));
        }
        let mut presses = JoinSet::new();
        for (browser, form) in people {
            presses.spawn(async move { press(&browser, &form).await });
        }
        let answers = presses.join_all().await;
        let links: BTreeSet<_> = answers.iter().map(|(status, link, text)| (*status, link.clone().expect(text))).collect();
        assert_eq!(links.len(), 1, "{links:?}");
        let runs = served.runs().await;
        assert_eq!(runs.len(), 1);
        assert_eq!(links.first(), Some(&(303, pages::href::run(runs[0].id))));
        assert_eq!((runs[0].status, runs[0].trigger), (Status::Queued, Trigger::Manual));
        let queued = answers.iter().filter(|(.., text)| text.contains("Inventory sync queued")).count();
        let reused = answers.iter().filter(|(.., text)| text.contains("Inventory sync is already queued")).count();
        assert_eq!((queued, reused), (1, 49), "one made it, the others are told that it is there");
        println!("{:?}: 50 parallel starts, {} run, {} link", test.store.backend(), runs.len(), links.len());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_gives_one_run_and_the_same_link() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let owner = served.session(&served.world.owner).await;
        let form = owner.page(&pages::href::tenant(served.world.tenant)).await.form(&pages::href::sync(served.world.tenant));
        let (first, second) = tokio::join!(owner.submit(&form), owner.submit(&form));
        assert_eq!((first.status, second.status), (303, 303));
        assert_eq!(first.location(), second.location());
        let runs = served.runs().await;
        assert_eq!(runs.len(), 1);
        assert_eq!(view_run(&owner.follow(&first).await), Some(pages::href::run(runs[0].id)));
        let notices = served.world.store.notices().newest(&served.world.sign_in(&served.world.owner).await, 10).await.unwrap();
        assert_eq!(notices.len(), 1, "one run, one notice");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_of_nothing_or_of_unknown_types_starts_nothing() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let owner = served.session(&served.world.owner).await;
        let sync = pages::href::sync(served.world.tenant);
        let untouched = owner.page(&sync).await.form(&sync);
        let mut nothing = untouched.clone();
        nothing.fields.retain(|(name, _)| name != "types");
        for form in [nothing, untouched.with("types", "no_such_type")] {
            let answer = owner.submit(&form).await;
            assert_eq!(answer.status, 422, "{}", html::text(&answer.body));
            assert!(html::forms(&answer.body).iter().any(|form| form.action == sync), "the form again");
        }
        assert!(served.runs().await.is_empty());
    })
    .await;
}

/// A real process whose Graph is an address that takes connections and never answers.
#[tokio::test(flavor = "multi_thread")]
async fn a_start_calls_nobody_and_needs_nobody() {
    let silent = Silent::listening().await;
    for mut place in [Installation::sqlite().await, Installation::postgres().await] {
        place.graph(&silent.base);
        place.set_up().await;
        let tenant = place.add_tenant("Contoso", model::ids::EntraTenantId::generate()).await;
        let serve = place.start(&["serve", "--no-worker"]);
        let owner = place.owner_at(&serve.ready().await).await;
        let form = owner.page(&pages::href::tenant(tenant)).await.form(&pages::href::sync(tenant));
        let begun = std::time::Instant::now();
        let (status, link, text) = press(&owner, &form).await;
        let took = begun.elapsed();
        assert_eq!(status, 303);
        let run = owner.page(&link.expect(&text)).await;
        assert!(html::text(&run.body).contains("Queued"));
        assert!(took < std::time::Duration::from_secs(2), "a start surface answers well under two seconds, not in {took:?}");
        assert_eq!(silent.connections(), 0, "the start called somebody");
        println!("start and its page in {took:?}, 0 outgoing connections");
    }
}
