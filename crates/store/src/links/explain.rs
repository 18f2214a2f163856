//! How the database answers what is asked of links.

use model::restore::Reference;

use super::{Links, dangling, orphans, used_by};
use crate::access::TenantScope;
use crate::db::Result;

impl Links<'_> {
    /// How what uses an object is found, what leads nowhere, policies that are assigned to nobody and filters that nobody uses.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn explain(&self, scope: &TenantScope, object: &Reference) -> Result<[String; 4]> {
        let (postgres, tenant) = (self.0.db().is_postgres(), scope.tenant_id());
        let since = self.0.now().await?;
        let targets = [
            ("assignment_filter".to_owned(), vec!["assignment_filter"], since),
            ("group".to_owned(), Vec::new(), since),
            ("scope_tag".to_owned(), vec!["scope_tag"], since),
        ];
        let by_name = |list: crate::sql::Sql| list.push(" order by i.name_key, i.id limit 51");
        let statements = [
            used_by::list(tenant, object).push(" order by i.name_key, i.id, l.number limit 51"),
            dangling::nowhere(tenant, &targets).push(" order by l.to_type, l.to_id, l.item_id, l.number limit 51"),
            by_name(orphans::unassigned(tenant)),
            by_name(orphans::unused(tenant, "assignment_filter")),
        ];
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let mut plans: [String; 4] = Default::default();
        for (plan, statement) in plans.iter_mut().zip(statements) {
            let statement = statement.before(if postgres { "explain (costs off) " } else { "explain query plan " });
            let lines: Vec<String> = if postgres {
                db.all::<(String,)>(statement).await?.into_iter().map(|(line,)| line).collect()
            } else {
                db.all::<(i64, i64, i64, String)>(statement).await?.into_iter().map(|(.., line)| line).collect()
            };
            *plan = lines.join("\n");
        }
        db.end().await?;
        Ok(plans)
    }
}
