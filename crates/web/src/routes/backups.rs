//! Backup sets: the addresses of its pages.

use super::Routes;
use crate::ui;

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .get("/admin/t/{tenant}/backups", ui::backups::list::list)
        .post("/admin/t/{tenant}/backups", ui::backups::capture::start)
        .get("/admin/t/{tenant}/backups/new", ui::backups::capture::form)
        .get("/admin/t/{tenant}/backups/import", ui::backups::import::form)
        .post("/admin/t/{tenant}/backups/import", ui::backups::import::import)
        .get("/admin/t/{tenant}/backups/{backup}", ui::backups::show::show)
        .get_aside("/admin/t/{tenant}/backups/{backup}/contents", ui::backups::show::contents)
        .get_aside("/admin/t/{tenant}/backups/{backup}/missing", ui::backups::show::missing)
        .get_aside("/admin/t/{tenant}/backups/{backup}/report", ui::backups::show::report)
        .get("/admin/t/{tenant}/backups/{backup}/files", ui::backups::files::list)
        .post("/admin/t/{tenant}/backups/{backup}/files", ui::backups::files::ask)
        .get("/admin/t/{tenant}/backups/{backup}/files/{file}", ui::backups::files::fetch)
        .post("/admin/t/{tenant}/backups/{backup}/files/{file}/remove", ui::backups::files::remove)
        .post("/admin/t/{tenant}/backups/{backup}/verify", ui::backups::change::verify)
        .post("/admin/t/{tenant}/backups/{backup}/pin", ui::backups::change::pin)
        .post("/admin/t/{tenant}/backups/{backup}/unpin", ui::backups::change::unpin)
        .get("/admin/t/{tenant}/backups/{backup}/delete", ui::backups::delete::ask)
        .post("/admin/t/{tenant}/backups/{backup}/delete", ui::backups::delete::delete)
}
