//! A test: a run that sends a message of its own to one destination.

use model::access::can;
use model::audit::Action;
use model::ids::{AlertDestinationId, AlertMessageId};
use model::operations::alerts_deliver::Arguments;
use model::run::{StartBy, Started};

use super::{Alerts, of_all};
use crate::access::Permit;
use crate::db::Result;
use crate::runs::Links;

impl Alerts<'_> {
    /// Starts a run that sends a test.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`](crate::StoreError::NotVisible) when the workspace has no destination of that id.
    pub async fn test(
        &self,
        permit: &Permit<can::WorkspaceAlertsManage>,
        destination: AlertDestinationId,
        by: impl Into<StartBy>,
    ) -> Result<Started> {
        of_all(permit.grant())?;
        self.destination(permit, destination).await?;
        let arguments = Arguments::Test { destination, message: AlertMessageId::generate() };
        let request = arguments.request(permit.grant().workspace_id());
        self.0.runs().start_linked(permit.grant(), &request, &by.into(), &Links::default(), Action::AlertTest).await
    }
}
