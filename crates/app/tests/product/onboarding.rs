//! Taking a tenant into use by the wizard's pages: who may mend a credential, and what goes out with the question for consent.

use std::time::Duration;

use model::access::can;
use model::onboarding::{Answers, Step};
use testkit::browserless::Browserless;
use testkit::html::{self, Form};
use testkit::stores::on_both;
use web::WebOptions;

use crate::served::Served;
use crate::somebody::Somebody;

const CLIENT: &str = "6f2c1b7a-2f4e-4a37-8d15-0f1c6f3f2a10";

async fn secret(browser: &Browserless, page: &str, action: &str) -> Form {
    let form = browser.page(page).await.form(action);
    assert!(form.enabled, "{action} can be pressed");
    let form = form.with("cloud", "custom").with("client_id", CLIENT).with("kind", "client_secret");
    form.with("secret", "canary8Q~abc.def-GHI")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_mends_a_mistyped_credential_while_onboarding_and_replaces_none_of_a_tenant_in_use() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let manager = served.browser(Somebody::Manager).await;

        // In use: what a manager may do is not a way around what only owners may.
        let here = format!("/admin/t/{}/connection", served.world.tenant);
        let page = manager.page(&here).await;
        assert!(!html::links(&page.body).iter().any(|link| link.ends_with("/connection/remove")));
        assert_eq!(manager.get(&format!("{here}/remove")).await.status, 403);
        let csrf = page.form(&format!("{here}/switch")).field("csrf").unwrap().to_owned();
        for (action, field, value) in
            [("/remove", "typed", "Contoso"), ("", "client_id", CLIENT), ("/rotate", "kind", "federated")]
        {
            let fields = vec![("csrf".to_owned(), csrf.clone()), (field.to_owned(), value.to_owned())];
            assert_eq!(manager.post(&format!("{here}{action}"), &fields).await.status, 403, "{action}");
        }
        let denied = "select action from audit_entries where outcome = 'denied' order by action";
        assert_eq!(test.texts(denied).await, ["connection.create", "connection.delete", "connection.rotate"]);

        // Being onboarded: what was mistyped is mended by whoever typed it.
        let tenant = served.onboarding(served.world.workspace, true).await;
        let (here, wizard) = (format!("/admin/t/{tenant}/connection"), format!("/admin/onboarding/{tenant}?step=connection"));
        assert_eq!(manager.submit(&secret(&manager, &wizard, &here).await).await.status, 303);
        let (rotate, remove) = (format!("{here}/rotate"), format!("{here}/remove"));
        let offered = html::links(&manager.page(&wizard).await.body).into_iter().find(|link| link.starts_with(&rotate)).unwrap();
        assert!(html::text(&manager.page(&offered).await.body).contains("Onboarding of Wide World"), "it stays in the wizard");
        assert_eq!(manager.submit(&secret(&manager, &rotate, &rotate).await).await.status, 303);
        let gone = manager.page(&remove).await.form(&remove).with("typed", "Wide World");
        assert_eq!(manager.submit(&gone).await.status, 303);
        assert_eq!(manager.submit(&secret(&manager, &wizard, &here).await).await.status, 303, "added again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_stays_in_its_step_and_makes_none_done() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let manager = served.browser(Somebody::Manager).await;
        let tenant = served.onboarding(served.world.workspace, true).await;
        let here = format!("/admin/t/{tenant}/connection");
        let step = |step: &str| format!("/admin/onboarding/{tenant}?step={step}");
        let steps = |body: &str| html::text(body).matches("Done").count();

        // The ID of the application: what was refused is not what is known.
        let before = steps(&manager.page(&step("application")).await.body);
        let application = format!("/admin/onboarding/{tenant}/application");
        let refused = manager.page(&step("application")).await.form(&application).with("client_id", "no id");
        let refused = manager.submit(&refused).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("aria-invalid") && refused.body.contains("no id"), "at the field, with what was typed");
        assert!(steps(&refused.body) <= before, "it is not done by it");
        assert!(!refused.body.contains("adminconsent"), "and no consent is asked for it");

        // The credential: the form comes back within the wizard.
        let form = manager.page(&step("connection")).await.form(&here);
        let form = form.with("cloud", "custom").with("client_id", CLIENT).with("kind", "client_secret").with("secret", "");
        let refused = manager.submit(&form).await;
        assert_eq!(refused.status, 422);
        assert!(html::text(&refused.body).contains("Onboarding of Wide World"), "{}", html::text(&refused.body));
        assert!(refused.body.contains("aria-invalid"));
        assert_eq!(manager.submit(&secret(&manager, &step("connection"), &here).await).await.status, 303);

        // Outside of the wizard everything is as it was, and a way out that somebody made up is none.
        let plain = manager.page(&format!("{here}/rotate?back=https://example.test/admin/onboarding/{tenant}")).await;
        assert!(!html::text(&plain.body).contains("Onboarding of"));
        // Once in use there is no wizard to stay in.
        let other = served.world.tenant;
        let owner = served.browser(Somebody::Owner).await;
        let rotate = format!("/admin/t/{other}/connection/rotate?back=/admin/onboarding/{other}");
        assert!(!html::text(&owner.page(&rotate).await.body).contains("Onboarding of"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_to_microsoft_with_the_question_for_consent_is_good_for_nothing_else() {
    on_both(|test| async move {
        let options = async |base: &str, _: &_| WebOptions { public_url: Some(base.to_owned()), ..WebOptions::default() };
        let served = Served::with(&test, options).await;
        let owner = served.browser(Somebody::Owner).await;
        let tenant = served.onboarding(served.world.workspace, true).await;
        let permit = served.world.workspace_scope(&served.world.owner).await.permit::<can::WorkspaceTenantsOnboard>().unwrap();
        let answers = Answers { cloud: "global".to_owned(), client_id: CLIENT.to_owned(), ..Answers::default() };
        test.store.onboarding().save(&permit, tenant, Step::Application, &answers).await.unwrap();

        let page = owner.page(&format!("/admin/onboarding/{tenant}?step=application")).await;
        let asks = html::links(&page.body).into_iter().find(|link| link.contains("/adminconsent")).unwrap();
        let (_, state) = asks.split_once("state=").unwrap();
        assert!(!asks.contains(page.form(&format!("/admin/onboarding/{tenant}/application")).field("csrf").unwrap()));
        // Whoever reads it posts nothing with it, whole or in part.
        let remove = format!("/admin/t/{}/connection/remove", served.world.tenant);
        for token in [state, state.split_once('.').unwrap().1, state.rsplit_once('.').unwrap().1] {
            let fields = [("csrf", token), ("typed", "Contoso")].map(|(name, value)| (name.to_owned(), value.to_owned()));
            assert_eq!(owner.post(&remove, &fields).await.status, 403, "{token}");
        }
        // The answer is for the browser that asked, and for a day.
        let answer = format!("/admin/onboarding/consent?admin_consent=True&state={state}");
        assert!(html::text(&owner.page(&answer).await.body).contains("Consent was granted"));
        let same_person = served.browser(Somebody::Owner).await;
        assert_eq!(same_person.get(&answer).await.status, 400);
        for _ in 0..4 {
            // In use, or the session would end before the question does.
            test.clock.advance(Duration::from_secs(7 * 3600));
            owner.page("/admin/notices").await;
        }
        assert_eq!(owner.get(&answer).await.status, 400);
    })
    .await;
}
