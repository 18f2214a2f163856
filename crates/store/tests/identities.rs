//! People whom a provider vouches for: who they are, what their groups give, and what they never take.

use model::access::Role;
use model::ids::UserId;
use model::sign_in::{Consent, Identity, Mapping, Problem, ProviderName, Wanted};
use secrecy::SecretString;
use std::time::Duration;
use store::SIGN_IN_OPEN;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

const ISSUER: &str = "https://id.example";

fn name(text: &str) -> ProviderName {
    ProviderName::new(text).unwrap()
}

fn gives(group: &str, place: Wanted, role: Role) -> Mapping {
    Mapping { group: group.to_owned(), place, role }
}

fn workspace(text: impl ToString) -> Wanted {
    Wanted::Workspace(text.to_string())
}

fn tenant(text: impl ToString) -> Wanted {
    Wanted::Tenant(text.to_string())
}

fn consent(mapping: Vec<Mapping>) -> Consent {
    Consent { name: name("entra"), label: "Entra".to_owned(), trust_email: false, mapping }
}

fn ada(groups: &[&str]) -> Identity {
    Identity {
        issuer: ISSUER.to_owned(),
        subject: "ada".to_owned(),
        email: Some("ada@example.test".to_owned()),
        email_verified: true,
        name: "Ada".to_owned(),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
    }
}

async fn admit(t: &TestStore, consent: &Consent, identity: &Identity) -> Result<UserId, Problem> {
    let token = t.store.identities().admit(consent, identity, "Firefox on Linux").await.unwrap()?;
    Ok(t.store.sessions().find(&token).await.unwrap().expect("the session lives").user().id)
}

/// Her memberships as text, by place.
async fn memberships(t: &TestStore, user: UserId) -> Vec<String> {
    let user = t.literal(user.uuid());
    let of =
        |table: &str| format!("select role || ' ' || coalesce(source, 'by hand') from {table} where user_id = {user} order by 1");
    let mut all = t.texts(&of("workspace_members")).await;
    all.extend(t.texts(&of("tenant_members")).await.into_iter().map(|text| format!("tenant: {text}")));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_comes_back_once_in_time_and_to_its_own_browser() {
    on_both(async |t: TestStore| {
        let (mine, theirs) = (SecretString::from("a".repeat(64)), SecretString::from("b".repeat(64)));
        let identities = t.store.identities();
        identities.begin(&name("entra"), "state", &mine, Some("/admin/notices")).await.unwrap();
        let take = async |provider: &str, state: &str, browser: &SecretString| {
            identities.take(&name(provider), state, browser).await.unwrap()
        };
        assert_eq!(take("entra", "state", &theirs).await, None, "another browser");
        assert_eq!(take("other", "state", &mine).await, None, "another provider");
        assert_eq!(take("entra", "another", &mine).await, None, "another state");
        assert_eq!(take("entra", "state", &mine).await, Some(Some("/admin/notices".to_owned())));
        assert_eq!(take("entra", "state", &mine).await, None, "a second time");
        identities.begin(&name("entra"), "late", &mine, None).await.unwrap();
        t.clock.advance(SIGN_IN_OPEN);
        assert_eq!(take("entra", "late", &mine).await, None, "too late");
        identities.begin(&name("entra"), "next", &mine, None).await.unwrap();
        assert_eq!(t.number("select count(*) from oidc_sign_ins").await, 1, "what is over is swept away");
        let (a, b) = tokio::join!(take("entra", "next", &mine), take("entra", "next", &mine));
        assert_eq!([a, b].into_iter().flatten().count(), 1, "two answers at once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_comes_in_only_when_a_group_gives_something() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let consent = consent(vec![gives("admins", workspace(world.workspace), Role::Manager)]);
        assert_eq!(admit(&t, &consent, &ada(&["others"])).await, Err(Problem::NoMembership));
        assert_eq!(t.number("select count(*) from users where email = 'ada@example.test'").await, 0, "nothing half-done");
        let denied = "select details from audit_entries where outcome = 'denied' and action = 'session.sign_in'";
        assert!(t.texts(&denied.replace("details", "cast(details as text)")).await[0].contains("account.no_membership"));
        let user = admit(&t, &consent, &ada(&["others", "admins"])).await.unwrap();
        assert_eq!(memberships(&t, user).await, ["manager oidc:entra"]);
        assert_eq!(t.number("select count(*) from audit_entries where action = 'user.provision'").await, 1);
        assert_eq!(admit(&t, &consent, &ada(&["admins"])).await, Ok(user), "the same person the next time");
        let nobody = Identity { subject: "eve".to_owned(), email: None, ..ada(&["admins"]) };
        assert_eq!(admit(&t, &consent, &nobody).await, Err(Problem::NoEmail));
        assert_eq!(t.texts("select browser from sessions where browser is not null limit 1").await, ["Firefox on Linux"]);
        t.store.identities().refused(Problem::Slow).await.unwrap();
        assert_eq!(t.number("select count(*) from audit_entries where outcome = 'denied'").await, 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_not_taken_over_by_its_mail_address() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let local = t.store.users().add(&t.operator, "ada@example.test", "Ada", None).await.unwrap();
        t.store.members().add_to_workspace(&t.operator, world.workspace, local.id, Role::Readonly).await.unwrap();
        let plain = consent(vec![gives("admins", workspace(world.workspace), Role::Owner)]);
        assert_eq!(admit(&t, &plain, &ada(&["admins"])).await, Err(Problem::EmailTaken));
        let trusted = Consent { trust_email: true, ..plain.clone() };
        let unverified = Identity { email_verified: false, ..ada(&["admins"]) };
        assert_eq!(admit(&t, &trusted, &unverified).await, Err(Problem::EmailTaken));
        assert_eq!(memberships(&t, local.id).await, ["readonly by hand"]);
        assert_eq!(admit(&t, &trusted, &ada(&["admins"])).await, Ok(local.id));
        assert_eq!(memberships(&t, local.id).await, ["readonly by hand"], "what was given by hand stays as it is");
        assert_eq!(t.number("select count(*) from audit_entries where action = 'user.link'").await, 1);
        assert_eq!(admit(&t, &plain, &ada(&[])).await, Ok(local.id), "linked is linked");
        let other = Identity { issuer: "https://other.example".to_owned(), ..ada(&["admins"]) };
        assert_eq!(
            admit(&t, &plain, &other).await,
            Err(Problem::EmailTaken),
            "the same subject of another issuer is somebody else"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_add_change_and_remove_only_what_came_from_them() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let consent = consent(vec![
            gives("admins", workspace(world.workspace), Role::Manager),
            gives("staff", workspace(world.workspace), Role::Readonly),
            gives("contoso", tenant(world.tenant), Role::Operator),
            gives("foreign", tenant(world.foreign_tenant), Role::Owner),
            gives("staff", workspace("No Such Place"), Role::Owner),
        ]);
        let user = admit(&t, &consent, &ada(&["staff", "admins"])).await.unwrap();
        assert_eq!(memberships(&t, user).await, ["manager oidc:entra"], "the higher of two counts");
        admit(&t, &consent, &ada(&["staff", "contoso"])).await.unwrap();
        assert_eq!(memberships(&t, user).await, ["readonly oidc:entra", "tenant: operator oidc:entra"]);
        // By hand she gets into another tenant: her groups do not touch that while she is a member of its workspace.
        t.store.members().add_to_tenant(&t.operator, world.other_tenant, user, Role::Owner).await.unwrap();
        admit(&t, &consent, &ada(&["foreign"])).await.unwrap();
        let now = ["readonly oidc:entra", "tenant: owner oidc:entra"];
        assert_eq!(memberships(&t, user).await, now, "a tenant brings the least membership; what went with another is gone");
        // A hand that touches what a group gave takes it over.
        t.store.members().add_to_workspace(&t.operator, world.foreign_workspace, user, Role::Operator).await.unwrap();
        admit(&t, &consent, &ada(&["staff"])).await.unwrap();
        let now = ["operator by hand", "readonly oidc:entra"];
        assert_eq!(memberships(&t, user).await, now);
        let changes = "select count(*) from audit_entries where actor_kind = 'system' and action like '%.member.%'";
        assert!(t.number(changes).await >= 7);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_whose_groups_give_nothing_any_more_is_out() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let consent = consent(vec![gives("admins", workspace(world.workspace), Role::Manager)]);
        let token = t.store.identities().admit(&consent, &ada(&["admins"]), "").await.unwrap().unwrap();
        let who = t.store.sessions().find(&token).await.unwrap().unwrap();
        assert!(t.store.access().workspace(&who, world.workspace).await.is_ok());
        assert_eq!(admit(&t, &consent, &ada(&[])).await, Err(Problem::NoMembership));
        assert_eq!(memberships(&t, who.user().id).await, Vec::<String>::new());
        let denied = t.store.access().workspace(&who, world.workspace).await;
        assert!(denied.is_err(), "the session of before sees nothing either");
        t.store.users().disable(&t.operator, "ada@example.test").await.unwrap();
        assert_eq!(admit(&t, &consent, &ada(&["admins"])).await, Err(Problem::Disabled));
        assert_eq!(memberships(&t, who.user().id).await, Vec::<String>::new(), "a disabled person gets nothing either");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_stays_whatever_groups_say() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let place = t.store.workspaces().create(&t.operator, "Only Hers").await.unwrap();
        let consent = consent(vec![
            gives("owners", workspace(place), Role::Owner),
            gives("staff", workspace(world.workspace), Role::Readonly),
        ]);
        let user = admit(&t, &consent, &ada(&["owners", "staff"])).await.unwrap();
        admit(&t, &consent, &ada(&["staff"])).await.unwrap();
        assert_eq!(memberships(&t, user).await, ["owner oidc:entra", "readonly oidc:entra"]);
        t.store.members().add_to_workspace(&t.operator, place, world.owner.id, Role::Owner).await.unwrap();
        admit(&t, &consent, &ada(&["staff"])).await.unwrap();
        assert_eq!(memberships(&t, user).await, ["readonly oidc:entra"], "somebody else owns it now");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_owners_who_leave_by_their_groups_at_once_one_stays() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let staff = gives("staff", workspace(world.workspace), Role::Readonly);
        for round in 0..12 {
            let place = t.store.workspaces().create(&t.operator, &format!("Round {round}")).await.unwrap();
            let consent = consent(vec![gives("owners", workspace(place), Role::Owner), staff.clone()]);
            let person = |name: &str, groups: &[&str]| Identity {
                subject: format!("{name}{round}"),
                email: Some(format!("{name}{round}@example.test")),
                ..ada(groups)
            };
            for name in ["a", "b"] {
                admit(&t, &consent, &person(name, &["owners", "staff"])).await.unwrap();
            }
            let (a, b) = (person("a", &["staff"]), person("b", &["staff"]));
            let (one, two) = tokio::join!(admit(&t, &consent, &a), admit(&t, &consent, &b));
            assert!(one.is_ok() && two.is_ok());
            let owners = format!("select count(*) from workspace_members where workspace_id = {}", t.literal(place.uuid()));
            assert_eq!(t.number(&owners).await, 1, "round {round}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_first_sign_ins_at_once_make_one_person() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let consent = consent(vec![gives("admins", workspace(world.workspace), Role::Manager)]);
        for round in 0..12 {
            let person =
                Identity { subject: format!("s{round}"), email: Some(format!("p{round}@example.test")), ..ada(&["admins"]) };
            let (a, b) = tokio::join!(admit(&t, &consent, &person), admit(&t, &consent, &person));
            assert_eq!(a.unwrap(), b.unwrap());
        }
        t.clock.advance(Duration::from_secs(1));
        assert_eq!(t.number("select count(*) from user_identities").await, 12);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_one_provider_made_is_not_handed_to_the_person_of_another() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let partner = consent(vec![gives("partners", workspace(world.foreign_workspace), Role::Readonly)]);
        // Mallory claims an address that nobody verified, and gets an account.
        let mallory = Identity { subject: "mallory".to_owned(), email_verified: false, ..ada(&["partners"]) };
        admit(&t, &partner, &mallory).await.unwrap();
        let corp = Consent {
            name: name("corp"),
            trust_email: true,
            ..consent(vec![gives("admins", workspace(world.workspace), Role::Owner)])
        };
        let real = Identity { issuer: "https://corp.example".to_owned(), ..ada(&["admins"]) };
        assert_eq!(admit(&t, &corp, &real).await, Err(Problem::EmailTaken));
        assert_eq!(t.number("select count(*) from workspace_members where role = 'owner' and source is not null").await, 0);
        // Nor does an operator of the installation give anything to that account by its address.
        let (operator, _) = crate::platform::an_operator(&t, "platform@host.test").await;
        let named = t.store.platform().create_workspace(&operator, "New", "ada@example.test").await.unwrap();
        assert!(matches!(named, store::FirstOwner::Nobody));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_by_a_name_gives_nothing_for_members_choose_names() {
    on_both(async |t: TestStore| {
        World::of(&t).await;
        let named = consent(vec![
            gives("admins", workspace("Northwind Services"), Role::Owner),
            gives("admins", tenant("Contoso"), Role::Owner),
        ]);
        assert_eq!(admit(&t, &named, &ada(&["admins"])).await, Err(Problem::NoMembership));
    })
    .await;
}
