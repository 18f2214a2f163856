//! People come by a link, get another role, and lose access: on pages that are open, too.

use std::time::Duration;

use model::ids::{EntraTenantId, UserId};
use model::user::User;
use testkit::browserless::{Answer, Browserless};
use testkit::html;
use testkit::stores::{TestStore, on_both};

use crate::asking::SIGNER;
use crate::served::Served;
use crate::somebody::Somebody;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

async fn text(browser: &Browserless, path: &str) -> String {
    html::text(&browser.page(path).await.body)
}

/// The path of the link on the page that shows it once.
fn link(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", html::text(&answer.body));
    let (_, rest) = answer.body.split_once("/invitations/").expect("a link");
    format!("/invitations/{}", rest.split('"').next().unwrap())
}

async fn invite(owner: &Browserless, email: &str, role: &str, tenants: &[&str]) -> String {
    let page = owner.page("/admin/members/invite").await;
    let action =
        html::forms(&page.body).into_iter().find(|form| form.action.starts_with("/admin/members/invite")).unwrap().action;
    let mut form = page.form(&action).with("email", email).with("role", role).with("tenant_role", role);
    form.fields.extend(tenants.iter().map(|id| ("tenant".to_owned(), (*id).to_owned())));
    link(&owner.submit(&form).await)
}

async fn user(test: &TestStore, email: &str) -> User {
    let record = test.store.users().for_sign_in(email).await.unwrap();
    record.expect("an account").user
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_joins_by_a_link_gets_another_role_and_loses_access() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (owner, tenant) = (served.browser(Somebody::Owner).await, served.world.tenant.to_string());
        let link = invite(&owner, " New@Example.test ", "operator", &[&tenant]).await;
        assert!(text(&owner, "/admin/members").await.contains("new@example.test"), "it is open");

        // Nobody is signed in and there is no account: a name and a password make one.
        let new = served.browser(Somebody::Anonymous).await;
        let page = new.page(&link).await;
        assert!(html::text(&page.body).contains("owner invites new@example.test as operator"), "{}", html::text(&page.body));
        let account = page.form(&format!("{link}/account"));
        let weak = new.submit(&account.clone().with("name", "Mary").with("password", "short")).await;
        assert_eq!(weak.status, 422);
        assert!(html::text(&weak.body).contains("at least 12 characters") && weak.body.contains("value=\"Mary\""));
        let joined = new.submit(&account.with("name", "Mary").with("password", SIGNER.1)).await;
        assert_eq!((joined.status, joined.location()), (303, Some("/admin")));
        let dashboard = format!("/admin/t/{tenant}");
        assert!(text(&new, &dashboard).await.contains("Contoso"));
        let other = format!("/admin/t/{}", served.world.other_tenant);
        assert_eq!(new.get(&other).await.status, 404);
        assert_eq!(new.get(&link).await.status, 404, "a link is used once");
        served.browser(Somebody::Anonymous).await.sign_in("new@example.test", SIGNER.1).await;

        // Another role, by the owner: a manager sees every tenant.
        let mary = user(&test, "new@example.test").await;
        let page = owner.page(&format!("/admin/members/{}", mary.id)).await;
        let form = html::forms(&page.body).into_iter().find(|form| form.action.contains("/role")).unwrap();
        assert_eq!(owner.submit(&form.clone().with("role", "manager")).await.status, 303);
        assert_eq!(new.get(&other).await.status, 200);
        assert_eq!(owner.submit(&form.with("role", "emperor")).await.status, 409, "none of the roles");

        // Removed: the session goes on, and sees nothing.
        let ask = format!("/admin/members/{}/remove", mary.id);
        let question = owner.page(&ask).await;
        let form = html::forms(&question.body).into_iter().find(|form| form.action.starts_with(&ask)).unwrap();
        assert_eq!(owner.submit(&form).await.status, 303);
        assert_eq!((new.get(&dashboard).await.status, new.get("/admin/members").await.status), (404, 404));
        assert!(text(&new, "/admin").await.contains("No workspace yet"), "still signed in");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_and_its_stream_end_when_the_role_is_lost() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (owner, manager) = (served.browser(Somebody::Owner).await, served.browser(Somebody::Manager).await);
        let operator = served.browser(Somebody::Operator).await;
        let mut theirs = manager.stream("/admin/events").await;
        let mut others = operator.stream("/admin/events").await;
        let id = served.world.manager.id;
        let page = owner.page(&format!("/admin/members/{id}/remove")).await;
        let form = html::forms(&page.body).into_iter().find(|form| form.action.contains("/remove")).unwrap();
        assert_eq!(owner.submit(&form).await.status, 303);
        let ended = tokio::time::timeout(PATIENCE, theirs.rest()).await;
        assert!(ended.is_ok(), "the stream of who was removed ends");
        // What the page asks for next, as its script does.
        let regions = [("atlas-regions", "dashboard")];
        let dashboard = format!("/admin/t/{}", served.world.tenant);
        assert_eq!(manager.get_with(&dashboard, &regions).await.status, 404);
        assert_eq!(operator.get_with(&dashboard, &regions).await.status, 200);
        let goes_on = tokio::time::timeout(Duration::from_millis(300), others.rest()).await;
        assert!(goes_on.is_err(), "everybody else's stream goes on");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_signs_in_first_and_comes_back_to_the_link() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        served.add_signer().await;
        let owner = served.browser(Somebody::Owner).await;
        let link = invite(&owner, SIGNER.0, "readonly", &[]).await;
        let signer = served.browser(Somebody::Anonymous).await;
        let page = signer.page(&link).await;
        let to = page.link("/sign-in?next=").expect("sign in first");
        let form = signer.page(&to).await.form("/sign-in").with("email", SIGNER.0).with("password", SIGNER.1);
        let back = signer.submit(&form).await;
        assert_eq!(back.location(), Some(link.as_str()));
        let joined = signer.submit(&signer.follow(&back).await.form(&link)).await;
        assert_eq!((joined.status, joined.location()), (303, Some("/admin")));
        assert!(html::text(&signer.follow(&joined).await.body).contains("Northwind Services"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_is_told_so_and_dead_links_are_all_alike() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let owner = served.browser(Somebody::Owner).await;
        let link = invite(&owner, "new@example.test", "owner", &[]).await;
        let stranger = served.browser(Somebody::Stranger).await;
        let page = stranger.page(&link).await;
        assert!(html::text(&page.body).contains("You are signed in as somebody else"));
        let csrf = page.form("/sign-out").field("csrf").unwrap().to_owned();
        let members = "select count(*) from workspace_members";
        let before = test.number(members).await;
        let refused = stranger.post(&link, &[("csrf".to_owned(), csrf)]).await;
        assert_eq!((refused.status, test.number(members).await), (409, before), "nothing is changed");
        assert_eq!(stranger.post(&link, &[]).await.status, 403, "a form that no page of ours sent");
        let anonymous = served.browser(Somebody::Anonymous).await;
        assert_eq!(anonymous.post(&link, &[]).await.status, 403);

        let mut bodies = Vec::new();
        let list = owner.page("/admin/members").await;
        let revoke = html::forms(&list.body).into_iter().find(|form| form.action.contains("/revoke")).unwrap();
        assert_eq!(owner.submit(&revoke).await.status, 303);
        let old = invite(&owner, "old@example.test", "readonly", &[]).await;
        test.execute("update invitations set expires_at = created_at").await;
        let unknown = format!("/invitations/{}", "0a".repeat(32));
        for path in [link.as_str(), &old, &unknown, "/invitations/x", "/invitations/%00", &format!("{unknown}0")] {
            for browser in [&anonymous, &stranger] {
                let answer = browser.get(path).await;
                assert_eq!(answer.status, 404, "{path}");
                bodies.push(answer.body);
                assert_eq!(browser.post(path, &[]).await.status, 404, "{path}");
            }
        }
        assert!(bodies.windows(2).all(|two| two[0] == two[1]), "one page for all of them");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_stays_and_is_told_why() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let owner = served.browser(Somebody::Owner).await;
        let page = owner.page("/admin/members/leave").await;
        let form = html::forms(&page.body).into_iter().find(|form| form.action.starts_with("/admin/members/leave")).unwrap();
        let refused = owner.submit(&form).await;
        assert_eq!(refused.status, 409);
        assert!(html::text(&refused.body).contains("A workspace keeps at least one owner: name another one first."));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_goes_from_draft_to_archived_by_its_pages() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let owner = served.browser(Somebody::Owner).await;
        let new = owner.page("/admin/onboarding/new").await;
        let form = html::forms(&new.body).into_iter().find(|form| form.action.starts_with("/admin/onboarding?")).unwrap();
        let form =
            form.with("name", "Wide World").with("domain", "wide.example").with("environment", "staging").with("cloud", "global");
        let wrong = owner.submit(&form.clone().with("entra_tenant_id", "x")).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("id=\"why-entra_tenant_id\""), "the field itself says what is wrong");
        let entra = EntraTenantId::generate().to_string();
        let made = owner.submit(&form.clone().with("entra_tenant_id", &entra)).await;
        let wizard = made.location().expect("a draft").to_owned();
        let details = wizard.replace("/admin/onboarding/", "/admin/t/").replace("?step=application", "/details");
        let taken = owner.submit(&form.with("entra_tenant_id", &entra)).await;
        assert_eq!(taken.status, 422);
        assert!(html::text(&taken.body).contains("This Entra tenant is bound to a workspace already."));
        for (word, next) in [("Draft", "Onboarding"), ("Onboarding", "Active")] {
            let page = owner.page(&details).await;
            assert!(html::text(&page.body).contains(word));
            let step = page.form(&details.replace("/details", "/advance"));
            assert_eq!(owner.submit(&step).await.status, 303, "to {next}");
            assert_eq!(owner.submit(&step).await.status, 409, "once");
        }
        let archive = details.replace("/details", "/archive");
        let question = owner.page(&archive).await.form(&archive);
        assert_eq!(owner.submit(&question.clone().with("typed", "wide world")).await.status, 422, "its name, to the letter");
        assert_eq!(owner.submit(&question.with("typed", "Wide World")).await.status, 303);
        let page = owner.page(&details).await;
        assert!(html::text(&page.body).contains("This tenant is archived"));
        let sync = details.replace("/details", "/inventory/sync");
        let csrf = page.form(&archive).field("csrf").unwrap().to_owned();
        owner.post(&sync, &[("csrf".to_owned(), csrf), ("types".to_owned(), "scope_tag".to_owned())]).await;
        let blocked = "select count(*) from operation_runs where outcome = 'blocked'";
        assert_eq!(test.number(blocked).await, 1);
        assert_eq!(owner.submit(&page.form(&archive)).await.status, 303, "and out again");
        assert!(!text(&owner, &details).await.contains("This tenant is archived"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_is_made_renamed_archived_and_taken_out_again() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let owner = served.browser(Somebody::Owner).await;
        let page = owner.page("/admin/workspaces").await;
        let form = html::forms(&page.body).into_iter().find(|form| form.action.starts_with("/admin/workspaces?")).unwrap();
        assert_eq!(owner.submit(&form.clone().with("name", " ")).await.status, 422);
        let made = owner.submit(&form.with("name", "Contoso Europe")).await;
        let place = made.location().expect("a workspace").to_owned();
        let page = owner.follow(&made).await;
        assert!(html::text(&page.body).contains("You own it."));
        let form = page.form(&place);
        assert_eq!(owner.submit(&form.with("name", "Contoso <Asia>")).await.status, 303);
        let archive = place.replace("/admin/workspace?", "/admin/workspace/archive?");
        let question = owner.page(&archive).await.form(&archive);
        assert_eq!(owner.submit(&question.clone().with("typed", "Contoso")).await.status, 422);
        assert_eq!(owner.submit(&question.clone().with("typed", "Contoso <Asia>")).await.status, 303);
        assert_eq!(owner.submit(&question.with("typed", "Contoso <Asia>")).await.status, 409, "it is archived already");
        let page = owner.page(&place).await;
        assert!(html::text(&page.body).contains("This workspace is archived"));
        assert_eq!(owner.submit(&page.form(&archive)).await.status, 303);
        assert!(!text(&owner, &place).await.contains("This workspace is archived"));
        let manager = served.browser(Somebody::Manager).await;
        assert_eq!(manager.get(&place).await.status, 404, "it is its maker's alone");
        let none = html::forms(&manager.page("/admin/workspaces").await.body);
        assert!(none.iter().all(|form| !form.action.starts_with("/admin/workspaces")), "who owns none makes none");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reaches_members_and_invitations_of_another_workspace() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let people = served.people(served.world.workspace, served.world.tenant, None).await;
        let stranger = served.browser(Somebody::Stranger).await;
        let csrf = |page: &Answer| html::forms(&page.body).iter().find_map(|form| form.field("csrf").map(str::to_owned)).unwrap();
        let token = ("csrf".to_owned(), csrf(&stranger.page("/admin").await));
        let fields = [token, ("role".to_owned(), "owner".to_owned())];
        let before = test.number("select count(*) from workspace_members where role = 'owner'").await;
        let mut bodies = Vec::new();
        for (member, invitation) in
            [(people.member, people.invitation), (UserId::generate(), model::ids::InvitationId::generate())]
        {
            bodies.push(stranger.get(&format!("/admin/members/{member}")).await);
            bodies.push(stranger.get(&format!("/admin/members/{member}/remove")).await);
            for what in ["role", "remove"] {
                bodies.push(stranger.post(&format!("/admin/members/{member}/{what}"), &fields).await);
            }
            bodies.push(stranger.post(&format!("/admin/members/invitations/{invitation}/revoke"), &fields).await);
        }
        bodies.push(stranger.get(&format!("/admin/members?workspace={}", served.world.workspace)).await);
        bodies.push(stranger.get("/admin/members/no-id").await);
        assert!(bodies.iter().all(|answer| answer.status == 404 && answer.body == bodies[0].body), "one answer for all");
        assert_eq!(test.number("select count(*) from workspace_members where role = 'owner'").await, before);
    })
    .await;
}
