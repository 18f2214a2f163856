//! A backup that fetches secret values: let by the settings, asked for by somebody who may, and by nobody else.

use model::settings::Key;
use serde_json::json;
use store::NewChoice;
use testkit::html;
use testkit::stores::on_both;

use crate::served::Served;
use crate::somebody::Somebody;

#[tokio::test(flavor = "multi_thread")]
async fn secret_values_are_asked_for_by_whoever_may_where_the_settings_let_it() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (world, tenant) = (&served.world, served.world.tenant);
        let at = format!("/api/v1/tenants/{tenant}/backups");
        let wish = json!({ "secrets": true });
        let answer = async |who: Somebody| {
            let answer = served.caller(who).await.post(&at, &wish).await;
            (answer.status, answer.body.clone())
        };
        let new = format!("{}/new", pages::href::backups(tenant));
        let form = async |user| {
            let page = served.session(user).await.page(&new).await;
            let offered = page.form(&pages::href::backups(tenant)).fields.iter().any(|(name, _)| name == "secrets");
            (offered || page.body.contains("name=\"secrets\""), html::text(&page.body))
        };
        // The settings let nobody.
        for who in [Somebody::Operator, Somebody::Owner] {
            let (status, body) = answer(who).await;
            assert_eq!(status, 400, "{body}");
        }
        let (offered, words) = form(&world.owner).await;
        assert!(!offered && words.contains("do not let a backup fetch them"), "{words}");
        let choice =
            NewChoice { key: Key::FetchSecrets, value: Some(Key::FetchSecrets.parse("when_asked").unwrap()), revision: 0 };
        let permit = world.workspace_scope(&world.owner).await.permit().unwrap();
        world.store.settings().save_workspace(&permit, &[choice]).await.unwrap();
        // Who may back up may not therefore ask for secrets.
        for who in [Somebody::Operator, Somebody::Manager] {
            let (status, body) = answer(who).await;
            assert_eq!(status, 403, "{body}");
        }
        let (offered, words) = form(&world.manager).await;
        assert!(!offered && words.contains("Secret values are left masked"), "{words}");
        // What a page does not offer is refused all the same.
        let manager = served.session(&world.manager).await;
        let sent = manager.page(&new).await.form(&pages::href::backups(tenant)).with("secrets", "yes");
        assert_eq!(manager.submit(&sent).await.status, 403);
        assert!(served.runs().await.is_empty());
        assert!(form(&world.owner).await.0);
        let (status, body) = answer(Somebody::Owner).await;
        assert_eq!(status, 202, "{body}");
        let runs = served.runs().await;
        assert_eq!((runs.len(), runs[0].context["secrets"].as_bool()), (1, Some(true)));
    })
    .await;
}
