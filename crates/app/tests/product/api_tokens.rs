//! API tokens on the pages: made, shown once, used, revoked.

use secrecy::SecretString;
use testkit::caller::Caller;
use testkit::html;
use testkit::stores::on_both;

use crate::served::Served;
use crate::somebody::Somebody;

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_made_shown_once_used_and_revoked() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let manager = served.browser(Somebody::Manager).await;
        let list = manager.page("/admin/tokens").await;
        assert!(html::text(&list.body).contains("No tokens yet"));
        let form = manager.page(&list.link("/admin/tokens/new").unwrap()).await;
        let post = pages::tokens::tokens(served.world.workspace);
        let offered = form.form(&post);
        assert!(!form.body.contains("value=\"tenant.danger_zone\""), "what they do not hold is not offered");
        let nameless = manager.submit(&offered.clone()).await;
        assert_eq!(nameless.status, 422);
        assert!(html::text(&nameless.body).contains("A token's name has 1 to 100 characters."), "{}", html::text(&nameless.body));
        let made = manager.submit(&offered.with("name", "Nightly <b>").with("days", "7")).await;
        assert_eq!((made.status, made.header("cache-control")), (200, Some("no-store")));
        let secret = made.body.split("value=\"tat_").nth(1).and_then(|rest| rest.split('"').next());
        let secret = SecretString::from(format!("tat_{}", secret.expect("the secret is shown")));

        let caller = Caller::at(&served.base, Some(&secret));
        let me = caller.get("/api/v1/me").await.json();
        assert_eq!((me["user"]["name"].as_str(), me["token"]["name"].as_str()), (Some("manager"), Some("Nightly <b>")));
        let list = manager.page("/admin/tokens").await;
        assert!(html::text(&list.body).contains("Nightly <b>") && !list.body.contains("tat_"), "never shown again");

        assert!(!served.browser(Somebody::Readonly).await.page("/admin/tokens").await.body.contains("Nightly"));
        let owner = served.browser(Somebody::Owner).await;
        let theirs = owner.page("/admin/tokens").await;
        let ask = html::links(&theirs.body).into_iter().find(|link| link.contains("/revoke")).expect("an owner may revoke it");
        let question = owner.page(&ask).await;
        assert_eq!(manager.page(&ask).await.status, 200, "so may its holder");
        assert_eq!(served.browser(Somebody::Operator).await.get(&ask).await.status, 404, "nobody else knows of it");
        assert_eq!(owner.submit(&question.form(&ask)).await.status, 303);
        assert_eq!(caller.get("/api/v1/me").await.status, 401, "from the next request on");
        assert!(html::text(&manager.page("/admin/tokens").await.body).contains("Revoked"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_form_gives_no_token_more_than_its_maker_has() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let manager = served.browser(Somebody::Manager).await;
        let post = pages::tokens::tokens(served.world.workspace);
        let form = manager.page(&pages::tokens::new_token(served.world.workspace)).await.form(&post).with("name", "x");
        for (field, value, status) in [
            ("capabilities", "workspace.delete".to_owned(), 403),
            ("capabilities", "no.such.capability".to_owned(), 400),
            ("tenants", served.world.foreign_tenant.to_string(), 404),
            ("tenants", "no-id".to_owned(), 400),
            ("days", "367".to_owned(), 422),
            ("days", "-1".to_owned(), 422),
        ] {
            let mut forged = form.clone();
            if field == "days" {
                forged.fields.retain(|(name, _)| name != "days");
            }
            forged.fields.push((field.to_owned(), value));
            assert_eq!(manager.submit(&forged).await.status, status, "{field}");
        }
        let operator = served.browser(Somebody::Operator).await;
        let page = operator.page(&pages::tokens::new_token(served.world.workspace)).await;
        assert!(html::text(&page.body).contains("Insufficient permission"));
        assert_eq!(test.number("select count(*) from api_tokens").await, 0);
    })
    .await;
}
