//! What people do to their tenant's connection: add, edit, replace the credential, switch, remove; and what they are told of its end.

use std::time::Duration;

use model::access::{Capability, Role, can};
use model::api_token::NewApiToken;
use model::connection::{Cloud, CredentialKind, Signature, TokenFileName};
use model::failure::Code;
use model::time::Moment;
use model::user::User;
use secrecy::{ExposeSecret as _, SecretString};
use store::access::{Permit, SignedIn, TenantScope};
use store::{CertificatePair, ConnectionEdit, NewConnection, NewCredential, OpenCredential, Store, StoreError};
use testkit::certificates::{THUMBPRINT, pem};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::connections::everything;

const DAY: Duration = Duration::from_secs(24 * 3600);

fn secret(value: &str, expires_at: Option<Moment>) -> NewCredential {
    NewCredential::Secret { secret: SecretString::from(value), expires_at }
}

fn certificate(now: Moment) -> NewCredential {
    let pair = CertificatePair::from_pem(&pem(&["leaf.pem", "leaf.key"]), &SecretString::from(""), now).unwrap();
    NewCredential::Certificate(pair)
}

/// What the owner holds in the first tenant.
async fn scope(world: &World) -> (TenantScope, Permit<can::ProvidersManage>, Permit<can::CredentialsRotate>) {
    let scope = world.tenant_scope(&world.owner).await;
    (scope.clone(), scope.permit().unwrap(), scope.permit().unwrap())
}

async fn revision(store: &Store, scope: &TenantScope) -> i64 {
    store.connections().show(scope).await.unwrap().0.unwrap().revision
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_goes_through_its_life() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let connections = t.store.connections();
        let (scope, manage, rotate) = scope(&world).await;
        let run = world.attempt(&["scope_tag"]).await;
        let now = t.store.now().await.unwrap();

        let again = connections.create(&rotate, &NewConnection::with_secret(Cloud::Global, "x", "s".into())).await;
        assert!(matches!(again, Err(StoreError::Conflict(_))), "there is one already: {again:?}");
        connections.delete(&rotate).await.unwrap();
        assert_eq!(connections.show(&scope).await.unwrap().0, None);
        assert_eq!(connections.for_run(&run).await.expect_err("gone").code(), Code::ConnectionMissing);
        assert!(matches!(connections.delete(&rotate).await, Err(StoreError::NotVisible)));

        let new = NewConnection { note: " ours ".to_owned(), ..NewConnection::new(Cloud::China, "client-9", certificate(now)) };
        let id = connections.create(&rotate, &new).await.unwrap();
        let (found, seen) = connections.show(&scope).await.unwrap();
        let found = found.unwrap();
        assert_eq!(
            (found.id, found.revision, found.enabled, seen),
            (id, 2, true, now),
            "what was of the first is not of this one"
        );
        assert_eq!((found.credential_kind, found.thumbprint.as_deref()), (CredentialKind::Certificate, Some(THUMBPRINT)));
        assert_eq!((found.cloud, found.note.as_str(), found.rotated_at), (Cloud::China, "ours", None));
        assert!(found.credential_expires_at.unwrap() > now);
        let (connection, open) = connections.for_run(&run).await.unwrap();
        assert_eq!(connection, found);
        let OpenCredential::Certificate(pair) = open else { panic!("{open:?}") };
        let NewCredential::Certificate(given) = &new.credential else { unreachable!() };
        assert_eq!((pair.certificate(), pair.expose_key()), (given.certificate(), given.expose_key()));

        let edit = ConnectionEdit {
            cloud: Cloud::Custom,
            client_id: "client-10".to_owned(),
            signature: Signature::Rs256,
            note: String::new(),
            secret_expires_at: Some(now),
        };
        assert!(matches!(connections.edit(&manage, 9, &edit).await, Err(StoreError::Conflict(_))), "of another revision");
        // A form that was opened on the connection that was there before changes nothing of this one.
        assert!(matches!(connections.edit(&manage, 1, &edit).await, Err(StoreError::Conflict(_))));
        assert!(matches!(connections.rotate(&rotate, 1, &secret("s", None)).await, Err(StoreError::Conflict(_))));
        connections.edit(&manage, 2, &edit).await.unwrap();
        let edited = connections.show(&scope).await.unwrap().0.unwrap();
        assert_eq!((edited.cloud, edited.signature, edited.revision), (Cloud::Custom, Signature::Rs256, 3));
        assert_eq!(edited.credential_expires_at, found.credential_expires_at, "a certificate says itself when it ends");

        let file = NewCredential::Federated(TokenFileName::parse("token").unwrap());
        connections.rotate(&rotate, 3, &file).await.unwrap();
        let rotated = connections.show(&scope).await.unwrap().0.unwrap();
        assert_eq!((rotated.credential_kind, rotated.revision), (CredentialKind::Federated, 4));
        assert_eq!((rotated.credential_expires_at, rotated.rotated_at), (None, Some(now)));
        let (_, open) = connections.for_run(&run).await.unwrap();
        assert!(matches!(open, OpenCredential::Federated(name) if name.as_str() == "token"));

        connections.switch(&manage, false, " maintenance ").await.unwrap();
        let off = connections.show(&scope).await.unwrap().0.unwrap();
        assert_eq!((off.enabled, off.disabled_reason.as_deref()), (false, Some("maintenance")));
        assert_eq!(connections.for_run(&run).await.expect_err("off").code(), Code::ConnectionDisabled);
        connections.switch(&manage, true, "").await.unwrap();
        assert!(connections.for_run(&run).await.is_ok());
        connections.delete(&rotate).await.unwrap();
        connections.save(&t.operator, world.tenant, &testkit::world::connection()).await.unwrap();
        assert_eq!(revision(&t.store, &scope).await, 5, "nor one from the command line");
        let actions = "select action from audit_entries where action like 'connection.%' and actor_kind = 'user' order by id";
        let expected =
            ["delete", "create", "edit", "rotate", "enable", "enable", "delete"].map(|what| format!("connection.{what}"));
        assert_eq!(t.texts(actions).await, expected);
    })
    .await;
}

/// A program of that person, with all that they can hand on.
async fn token_of(world: &World, user: &User) -> SignedIn {
    let scope = world.workspace_scope(user).await;
    let capabilities = scope.may_hand_on().into_iter().collect();
    let new = NewApiToken { name: "n".to_owned(), days: 1, capabilities, tenants: None };
    let (_, secret) = world.store.api_tokens().create(&scope.permit().unwrap(), &new).await.unwrap();
    world.store.api_tokens().find(&secret).await.unwrap().unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn managers_manage_and_only_owners_replace_credentials() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (manager, here) = (world.tenant_scope(&world.manager).await, t.literal(world.tenant.uuid()));
        assert!(manager.permit::<can::ProvidersManage>().is_ok());
        assert!(matches!(manager.permit::<can::CredentialsRotate>(), Err(StoreError::Forbidden(_))));
        let operator = world.tenant_scope(&world.operator_member).await;
        assert!(matches!(operator.permit::<can::ProvidersManage>(), Err(StoreError::Forbidden(_))));
        assert!(
            t.store.connections().show(&operator).await.unwrap().0.is_some(),
            "whoever sees the tenant sees how it is reached"
        );
        // Until the tenant is in use, whoever manages its connection also mends a credential that was mistyped.
        for (status, replaces) in [("draft", true), ("onboarding", true), ("active", false), ("archived", false)] {
            t.execute(&format!("update tenants set status = '{status}' where id = {here}")).await;
            let manager = world.tenant_scope(&world.manager).await;
            assert_eq!(manager.permit::<can::CredentialsRotate>().is_ok(), replaces, "{status}");
            assert_eq!(manager.can().allows(Capability::CredentialsRotate), replaces, "{status}");
            let operator = world.tenant_scope(&world.operator_member).await;
            assert!(operator.permit::<can::CredentialsRotate>().is_err(), "{status}");
            // A token has what it was given: that of a manager could not be given this.
            let who = token_of(&world, &world.manager).await;
            let narrowed = t.store.access().tenant(&who, world.tenant).await.unwrap();
            assert!(narrowed.permit::<can::ProvidersManage>().is_ok() && narrowed.permit::<can::CredentialsRotate>().is_err());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_processes_that_replace_a_credential_at_once_one_is_told_to_look_again() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, _, rotate) = scope(&world).await;
        let run = world.attempt(&["scope_tag"]).await;
        let other = t.another().await;
        for _ in 0..5 {
            let at = revision(&t.store, &scope).await;
            let (one, two) = (secret("one", None), secret("two", None));
            let (here, there) = (t.store.connections(), other.connections());
            let (first, second) = tokio::join!(here.rotate(&rotate, at, &one), there.rotate(&rotate, at, &two));
            assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
            let refused = [first.is_ok(), second.is_ok()].iter().filter(|ok| !**ok).count();
            let (_, open) = t.store.connections().for_run(&run).await.unwrap();
            let OpenCredential::Secret(kept) = open else { panic!("{open:?}") };
            assert_eq!((kept.expose_secret(), refused), (if first.is_ok() { "one" } else { "two" }, 1));
            assert_eq!(revision(&t.store, &scope).await, at + 1);
        }
        other.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_key_nor_secret_is_in_the_database() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (_, _, rotate) = scope(&world).await;
        let now = t.store.now().await.unwrap();
        t.store.connections().rotate(&rotate, 1, &certificate(now)).await.unwrap();
        let NewCredential::Certificate(pair) = certificate(now) else { unreachable!() };
        let all = everything(&t).await;
        assert!(all.contains(THUMBPRINT), "the search finds what is stored in clear");
        let key = &pair.expose_key()[200..240];
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &pair.expose_key()[..60]);
        for form in [hex, base64, String::from_utf8_lossy(key).into_owned()] {
            assert!(!all.contains(&form), "the key is stored in clear");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_told_once_for_each_stage_of_an_expiry() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (_, _, rotate) = scope(&world).await;
        let connections = t.store.connections();
        let now = t.store.now().await.unwrap();
        connections.rotate(&rotate, 1, &secret("s", Some(now.plus(DAY * 40)))).await.unwrap();
        assert_eq!(connections.tell_expiring().await.unwrap(), 0, "40 days are far");
        let (owner, manager, readonly) =
            (world.sign_in(&world.owner).await, world.sign_in(&world.manager).await, world.sign_in(&world.readonly).await);
        let told = async |who| t.store.notices().expiring(who, 9).await.unwrap();
        for (days, rows) in [(10, 1), (1, 0), (22, 1), (6, 1), (1, 1), (5, 0)] {
            t.clock.advance(DAY * days);
            let other = t.another().await;
            let (here, there) = (t.store.connections(), other.connections());
            let (one, two) = tokio::join!(here.tell_expiring(), there.tell_expiring());
            assert_eq!(one.unwrap() + two.unwrap(), rows, "after {days} more days, by two processes");
            other.close().await;
            assert_eq!((told(&owner).await.len(), told(&manager).await.len(), told(&readonly).await.len()), (1, 1, 0));
            assert_eq!(told(&owner).await[0].read, rows == 0, "what is told anew is unread again");
            assert_eq!(t.store.notices().unread(&owner).await.unwrap(), i64::from(rows));
            t.store.notices().read_all(&owner).await.unwrap();
        }
        assert_eq!(told(&owner).await[0].expires_at, now.plus(DAY * 40));
        let entries = "select count(*) from audit_entries where action = 'connection.warn' and actor_kind = 'system'";
        assert_eq!(t.number(entries).await, 4);
        connections.rotate(&rotate, 2, &secret("t", None)).await.unwrap();
        assert_eq!((told(&owner).await.len(), connections.tell_expiring().await.unwrap()), (0, 0), "a new one ends it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_of_an_end_stands_until_the_end_is_another() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, manage, rotate) = scope(&world).await;
        let (connections, owner) = (t.store.connections(), world.sign_in(&world.owner).await);
        let now = t.store.now().await.unwrap();
        connections.rotate(&rotate, 1, &secret("s", Some(now.plus(DAY * 6)))).await.unwrap();
        assert_eq!(connections.tell_expiring().await.unwrap(), 1);
        t.store.notices().read_all(&owner).await.unwrap();
        let told = async || t.store.notices().expiring(&owner, 9).await.unwrap();
        let edit = |note: &str, days: u32| ConnectionEdit {
            cloud: Cloud::Custom,
            client_id: "client-1".to_owned(),
            signature: Signature::Ps256,
            note: note.to_owned(),
            secret_expires_at: Some(now.plus(DAY * days)),
        };
        connections.edit(&manage, 2, &edit("who to ask", 6)).await.unwrap();
        assert_eq!((connections.tell_expiring().await.unwrap(), told().await.len()), (0, 1), "a note is no other end");
        assert!(told().await[0].read);
        connections.edit(&manage, 3, &edit("who to ask", 5)).await.unwrap();
        assert_eq!(connections.tell_expiring().await.unwrap(), 1);
        assert_eq!((told().await[0].expires_at, told().await[0].read), (now.plus(DAY * 5), false), "another day is told anew");
        connections.edit(&manage, 4, &edit("who to ask", 365)).await.unwrap();
        assert_eq!(
            (connections.tell_expiring().await.unwrap(), told().await.len()),
            (0, 0),
            "what was told is not true any more"
        );

        connections.edit(&manage, 5, &edit("", 6)).await.unwrap();
        assert_eq!((connections.tell_expiring().await.unwrap(), told().await.len()), (1, 1));
        connections.save(&t.operator, world.tenant, &testkit::world::connection()).await.unwrap();
        assert_eq!(told().await.len(), 0, "replaced at the command line");

        // A certificate says itself when it ends: that does not change by an edit.
        connections.rotate(&rotate, revision(&t.store, &scope).await, &certificate(now)).await.unwrap();
        let ends = connections.show(&scope).await.unwrap().0.unwrap().credential_expires_at.unwrap();
        t.clock.advance(ends.since(now) - DAY * 6);
        assert_eq!(connections.tell_expiring().await.unwrap(), 1);
        let edited = ConnectionEdit { secret_expires_at: None, ..edit("a note", 1) };
        connections.edit(&manage, revision(&t.store, &scope).await, &edited).await.unwrap();
        assert_eq!((connections.tell_expiring().await.unwrap(), told_of(&t, &world).await), (0, 1));
    })
    .await;
}

/// How many credentials the owner was told of, by a session of now.
async fn told_of(t: &TestStore, world: &World) -> usize {
    t.store.notices().expiring(&world.sign_in(&world.owner).await, 9).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_manages_the_tenant_no_more_neither_sees_nor_counts_what_they_were_told() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (_, _, rotate) = scope(&world).await;
        let (members, op) = (t.store.members(), &*t.operator);
        // One manages the workspace; the other is an operator there, and manages this tenant.
        members.add_to_tenant(op, world.tenant, world.operator_member.id, Role::Manager).await.unwrap();
        let now = t.store.now().await.unwrap();
        t.store.connections().rotate(&rotate, 1, &secret("s", Some(now.plus(DAY * 6)))).await.unwrap();
        t.store.connections().tell_expiring().await.unwrap();
        let seen = async |user: &User| {
            let who = world.sign_in(user).await;
            let (told, unread) =
                (t.store.notices().expiring(&who, 9).await.unwrap(), t.store.notices().unread(&who).await.unwrap());
            (told.len(), unread)
        };
        for user in [&world.owner, &world.manager, &world.operator_member] {
            assert_eq!(seen(user).await, (1, 1), "{}", user.name);
        }
        members.add_to_workspace(op, world.workspace, world.manager.id, Role::Readonly).await.unwrap();
        assert_eq!(seen(&world.manager).await, (0, 0), "demoted: a badge that no button would clear");
        members.add_to_tenant(op, world.tenant, world.operator_member.id, Role::Operator).await.unwrap();
        assert_eq!(seen(&world.operator_member).await, (0, 0));
        members.remove_from_workspace(op, world.workspace, world.operator_member.id).await.unwrap();
        assert_eq!((seen(&world.operator_member).await, seen(&world.owner).await), ((0, 0), (1, 1)));
    })
    .await;
}

#[test]
fn a_credential_says_of_which_kind_it_is_and_when_it_ends() {
    let now = Moment::parse("2026-11-21T10:00:00Z").unwrap();
    let later = now.plus(Duration::from_secs(3600));
    let of = |credential: NewCredential| (credential.kind(), credential.expires_at());
    assert_eq!(of(secret("a-secret-of-some-length", Some(later))), (CredentialKind::ClientSecret, Some(later)));
    assert_eq!(of(secret("a-secret-of-some-length", None)), (CredentialKind::ClientSecret, None));
    let (kind, ends) = of(certificate(now));
    assert_eq!(kind, CredentialKind::Certificate);
    assert!(ends.is_some_and(|ends| ends > now));
    assert_eq!(of(NewCredential::Federated(TokenFileName::parse("token").unwrap())), (CredentialKind::Federated, None));
}
