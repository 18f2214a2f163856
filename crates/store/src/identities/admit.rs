//! Letting somebody in whom a provider vouches for: who they are here, what their groups give them, and their session, in one
//! transaction.

use model::audit::{Action, AuditEntry};
use model::ids::UserId;
use model::sign_in::{Consent, Identity, Problem};
use model::user::User;
use secrecy::SecretString;
use uuid::Uuid;

use super::{Identities, mapping};
use crate::audit::{self, Actor, ActorKind};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::invitations::backed;
use crate::reach::Reach;
use crate::sessions;
use crate::sql::{Sql, sql};

/// How often two first sign-ins of one person may meet.
const MEETINGS: usize = 3;
/// The longest name that is taken over, in characters.
const MAX_NAME: usize = 200;

const BY_IDENTITY: &str = "select u.id, u.email, u.name, u.disabled_at is not null from user_identities i
  join users u on u.id = i.user_id where i.issuer = $1 and i.subject = $2";
const BY_EMAIL: &str = "select id, email, name, disabled_at is not null from users where email = $1";
const ADD: &str = "insert into users (id, email, name, email_claimed_at, created_at)
      values ($1, $2, $3, case when $4 = 1 then null else $now end, $now) on conflict (email) do nothing";
const KNOWN_ELSEWHERE: &str = "select count(*) from user_identities where user_id = $1";
const LINK: &str = "insert into user_identities (issuer, subject, user_id, provider, created_at, last_sign_in_at)
  values ($1, $2, $3, $4, $now, $now) on conflict (issuer, subject) do nothing";
const SEEN: &str = "update user_identities set last_sign_in_at = $now where issuer = $1 and subject = $2";

/// Somebody of ours, and whether they are disabled.
struct Known {
    user: User,
    disabled: bool,
}

type Row = (Uuid, String, String, bool);

fn known((id, email, name, disabled): Row) -> Known {
    Known { user: User { id: UserId::from_uuid(id), email, name }, disabled }
}

fn by_identity(identity: &Identity) -> Sql {
    sql(BY_IDENTITY).bind(identity.issuer.as_str()).bind(identity.subject.as_str())
}

fn system() -> Actor {
    Actor { kind: ActorKind::System, workspace_id: None, tenant_id: None, token: None }
}

impl Identities<'_> {
    /// Signs in whoever the provider vouches for: a person whom it vouched for before, one whose verified mail address it is trusted
    /// with, or somebody new whose groups give them something or who is invited. What their groups give is brought up to date first. Gives the token
    /// of the new session, or says why there is none; then nobody was added, and what groups no longer give is
    /// gone.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn admit(
        &self,
        consent: &Consent,
        identity: &Identity,
        browser: &str,
    ) -> Result<std::result::Result<SecretString, Problem>> {
        let mut meetings = 0;
        loop {
            match self.admit_once(consent, identity, browser).await {
                // Somebody with the same address or the same name at the provider was added meanwhile: look again.
                Err(StoreError::Conflict(_)) if meetings < MEETINGS => meetings += 1,
                other => return other,
            }
        }
    }

    async fn admit_once(
        &self,
        consent: &Consent,
        identity: &Identity,
        browser: &str,
    ) -> Result<std::result::Result<SecretString, Problem>> {
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let wanted = mapping::wanted(&mut tx, &consent.mapping, &identity.groups).await?;
        let invited = is_invited(&mut tx, consent, identity).await?;
        let found: Option<Row> = tx.optional(by_identity(identity)).await?;
        let person = match found.map(known) {
            Some(person) => Ok(person),
            None => recognise(&mut tx, consent, identity, wanted.is_empty() && !invited).await?,
        };
        let Known { user, disabled } = match person {
            Ok(person) => person,
            Err(problem) => return refuse(tx, None, problem).await,
        };
        if disabled {
            return refuse(tx, Some(user.id), Problem::Disabled).await;
        }
        mapping::apply(&mut tx, user.id, &consent.name.source(), &wanted).await?;
        let memberships: (i64,) = tx.one(sql("select count(*) from workspace_members where user_id = $1").bind(user.id)).await?;
        if memberships.0 == 0 && !invited {
            return refuse(tx, Some(user.id), Problem::NoMembership).await;
        }
        tx.exec(sql(SEEN).bind(identity.issuer.as_str()).bind(identity.subject.as_str())).await?;
        let opened = sessions::open(&mut tx, &user, browser).await?;
        tx.commit(&opened.who.actor(), opened.entry()).await?;
        Ok(Ok(opened.token))
    }

    /// Records that a sign-in by a provider came to nothing before anybody was recognised.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn refused(&self, problem: Problem) -> Result<()> {
        let tx = self.0.db().write(&Reach::system()).await?;
        tx.commit(&system(), AuditEntry::denied(Action::SignIn).with("problem", problem)).await
    }
}

/// Whether an invitation waits for that mail address: whoever is to accept it must be able to sign in first. An address that nobody
/// verified counts only of a provider that is trusted with addresses.
async fn is_invited(tx: &mut Tx, consent: &Consent, identity: &Identity) -> Result<bool> {
    const INVITED: &str = concat!(
        "select count(*) from invitations
      where email = $1 and accepted_at is null and revoked_at is null and expires_at > $now",
        backed!("invitations")
    );
    let Some(email) = identity.email.as_deref().filter(|_| identity.email_verified || consent.trust_email) else {
        return Ok(false);
    };
    let (open,): (i64,) = tx.one(sql(INVITED).bind(email)).await?;
    Ok(open > 0)
}

/// Somebody whom the provider vouches for the first time.
async fn recognise(
    tx: &mut Tx,
    consent: &Consent,
    identity: &Identity,
    gets_nothing: bool,
) -> Result<std::result::Result<Known, Problem>> {
    let Some(email) = &identity.email else { return Ok(Err(Problem::NoEmail)) };
    let found: Option<Row> = tx.optional(sql(BY_EMAIL).bind(email.as_str())).await?;
    if let Some(person) = found.map(known) {
        // Another first sign-in of the same person may have ended between the two questions.
        let again: Option<Row> = tx.optional(by_identity(identity)).await?;
        if again.is_some() {
            return Err(StoreError::Conflict("the account was linked meanwhile"));
        }
        // An account that a provider made is linked with no other provider by its address: whoever it was made for may only have
        // claimed it, and would be the same person here from then on.
        let (known_elsewhere,): (i64,) = tx.one(sql(KNOWN_ELSEWHERE).bind(person.user.id)).await?;
        if !(consent.trust_email && identity.email_verified) || known_elsewhere > 0 {
            return Ok(Err(Problem::EmailTaken));
        }
        if person.disabled {
            return Ok(Err(Problem::Disabled));
        }
        link(tx, consent, identity, person.user.id).await?;
        audit::insert(tx, &system(), AuditEntry::done(Action::UserLink).on("user", person.user.id.uuid())).await?;
        return Ok(Ok(person));
    }
    if gets_nothing {
        return Ok(Err(Problem::NoMembership));
    }
    let name: String = identity.name.trim().chars().take(MAX_NAME).collect();
    let name = model::name::name(&name).unwrap_or_else(|_| email.clone());
    let user = User { id: UserId::generate(), email: email.clone(), name };
    let vouched = identity.email_verified || consent.trust_email;
    if tx.exec(sql(ADD).bind(user.id).bind(user.email.as_str()).bind(user.name.as_str()).bind(i64::from(vouched))).await? == 0 {
        return Err(StoreError::Conflict("the mail address was taken meanwhile"));
    }
    link(tx, consent, identity, user.id).await?;
    audit::insert(tx, &system(), AuditEntry::done(Action::UserProvision).on("user", user.id.uuid())).await?;
    Ok(Ok(Known { user, disabled: false }))
}

async fn link(tx: &mut Tx, consent: &Consent, identity: &Identity, user: UserId) -> Result<()> {
    let link = sql(LINK).bind(identity.issuer.as_str()).bind(identity.subject.as_str()).bind(user).bind(consent.name.as_str());
    if tx.exec(link).await? == 0 {
        return Err(StoreError::Conflict("the account was linked meanwhile"));
    }
    Ok(())
}

async fn refuse(tx: Tx, user: Option<UserId>, problem: Problem) -> Result<std::result::Result<SecretString, Problem>> {
    let entry = AuditEntry::denied(Action::SignIn).with("problem", problem);
    let entry = match user {
        Some(user) => entry.on("user", user.uuid()),
        None => entry,
    };
    tx.commit(&system(), entry).await?;
    Ok(Err(problem))
}
