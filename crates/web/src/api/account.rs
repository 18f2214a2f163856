//! Who the token acts for.

use axum::extract::State;
use axum::response::Response;
use model::access::{Capability, Role};
use model::api_token::ApiToken;
use model::ids::{ApiTokenId, TenantId, UserId, WorkspaceId};
use model::time::Moment;
use model::user::User;

use super::answer::{ok, whole};
use super::answers;
use super::coded::Coded;
use crate::auth::SignedIn;
use crate::auth::extract::By;
use crate::error::Error;
use crate::state::WebState;

answers! {
    /// A person.
    Person {
        /// Their id.
        id: UserId,
        /// Their mail address.
        email: String,
        /// What they are called.
        name: String,
    }

    /// A token, without its secret.
    Token {
        /// Its id, as in the audit trail.
        id: ApiTokenId,
        /// What it is called.
        name: String,
        /// Until when it is good.
        expires_at: Moment,
        /// What it may do at most; its holder's role is asked as well.
        capabilities: Vec<Coded<Capability>>,
        /// In which tenants at most; `null`: in all to which its holder is entitled.
        tenants: Option<Vec<TenantId>>,
    }

    /// A workspace.
    Workspace {
        /// Its id.
        id: WorkspaceId,
        /// Its name.
        name: String,
        /// The role in it.
        role: Coded<Role>,
        /// Whether it is put away: nothing is started in it.
        archived: bool,
    }

    /// Who the token acts for, and where.
    Me {
        /// The person.
        user: Person,
        /// The token.
        token: Token,
        /// Its workspace.
        workspace: Workspace,
    }
}

impl From<User> for Person {
    fn from(user: User) -> Self {
        Self { id: user.id, email: user.email, name: user.name }
    }
}

impl From<model::workspace::Workspace> for Workspace {
    fn from(workspace: model::workspace::Workspace) -> Self {
        Self { id: workspace.id, name: workspace.name, role: Coded(workspace.role), archived: workspace.archived }
    }
}

impl From<&ApiToken> for Token {
    fn from(token: &ApiToken) -> Self {
        Self {
            id: token.id,
            name: token.name.clone(),
            expires_at: token.expires_at,
            capabilities: token.capabilities.iter().map(Coded).collect(),
            tenants: token.tenants.clone(),
        }
    }
}

async fn mine(web: &WebState, signed: &SignedIn) -> Result<Vec<Workspace>, Error> {
    let home = web.store().workspaces().mine(&signed.who).await?;
    Ok(home.workspaces.into_iter().map(Workspace::from).collect())
}

/// `GET /api/v1/me`
pub(crate) async fn me(signed: SignedIn, State(web): State<WebState>) -> Result<Response, Error> {
    let By::Token(token) = &signed.by else { return Err(Error::SignedOut) };
    // A token whose holder has just left the workspace is none.
    let workspace = mine(&web, &signed).await?.into_iter().next().ok_or(Error::SignedOut)?;
    ok(&Me { user: signed.who.user().clone().into(), token: token.as_ref().into(), workspace })
}

/// `GET /api/v1/workspaces`
pub(crate) async fn workspaces(signed: SignedIn, State(web): State<WebState>) -> Result<Response, Error> {
    whole(mine(&web, &signed).await?)
}
