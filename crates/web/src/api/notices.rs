//! The notices of the token's holder.

use axum::extract::State;
use axum::response::Response;
use model::ids::{NoticeId, RunId, TenantId};
use model::run::{Outcome, Status};
use model::time::Moment;

use super::answer::{nothing, whole};
use super::answers;
use super::coded::Coded;
use crate::auth::SignedIn;
use crate::error::Error;
use crate::state::WebState;

/// How many of the newest are listed.
const NEWEST: u32 = 200;

answers! {
    /// A notice: how a run stands that the holder started.
    Notice {
        /// Its id.
        id: NoticeId,
        /// The run.
        run_id: RunId,
        /// The run's tenant.
        tenant_id: Option<TenantId>,
        /// The run's type in words.
        label: &'static str,
        /// Where the run was.
        status: Coded<Status>,
        /// How it ended.
        outcome: Coded<Outcome>,
        /// When it was written or replaced.
        at: Moment,
        /// Whether it was read.
        read: bool,
    }
}

/// `GET /api/v1/notices`
pub(crate) async fn list(signed: SignedIn, State(web): State<WebState>) -> Result<Response, Error> {
    let notices = web.store().notices().newest(&signed.who, NEWEST).await?;
    let notice = |notice: model::notice::Notice| Notice {
        id: notice.id,
        run_id: notice.run_id,
        tenant_id: notice.tenant_id,
        label: notice.label,
        status: Coded(notice.status),
        outcome: Coded(notice.outcome),
        at: notice.at,
        read: notice.read,
    };
    whole(notices.into_iter().map(notice).collect())
}

/// `POST /api/v1/notices/read`
pub(crate) async fn read(signed: SignedIn, State(web): State<WebState>) -> Result<Response, Error> {
    web.store().notices().read_all(&signed.who).await?;
    Ok(nothing())
}
