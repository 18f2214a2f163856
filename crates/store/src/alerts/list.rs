//! The log of deliveries, newest first.

use model::access::can;
use model::alert::{Delivery, DeliveryState};
use model::ids::{AlertDeliveryId, AlertDestinationId};
use model::page::{Cursor, Direction, Page};

use super::row::{DeliveryRow, deliveries};
use super::{Alerts, of_all};
use crate::access::Permit;
use crate::db::Result;

/// What of the log is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AlertLog {
    /// Only in this state.
    pub state: Option<DeliveryState>,
    /// Only to this destination.
    pub destination: Option<AlertDestinationId>,
}

impl Alerts<'_> {
    /// A page of the log.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn log(
        &self,
        permit: &Permit<can::WorkspaceAlertsManage>,
        only: AlertLog,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<Delivery>> {
        of_all(permit.grant())?;
        let at = cursor.and_then(|cursor| Some((cursor.direction, cursor.key.parse::<AlertDeliveryId>().ok()?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut read = deliveries()
            .push_bind(" where x.workspace_id = ", permit.grant().workspace_id())
            .push_if(" and x.state = ", only.state.map(DeliveryState::code))
            .push_if(" and x.destination_id = ", only.destination);
        if let Some((_, id)) = at {
            read = read.push_bind(if back { " and x.id > " } else { " and x.id < " }, id);
        }
        let order = if back { " order by x.id limit " } else { " order by x.id desc limit " };
        let mut db = self.0.db().read(permit.grant().reach()).await?;
        let rows: Vec<DeliveryRow> = db.all(read.push_bind(order, limit + 1)).await?;
        db.end().await?;
        Ok(crate::runs::page(rows, limit, at.is_some(), back, |row| row.id.to_string()).map(Delivery::from))
    }
}
