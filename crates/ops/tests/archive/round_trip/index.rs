//! What a reader sees of an export.

use model::json::Json;
use model::resource_types::find;
use ops::archive::{Limits, MissingLine, SetObject, export};

use super::{OPEN, unpacked};
use crate::sets::{exported, header, moment, read_zip, set_object};

#[test]
fn the_index_names_everything_and_stays_text() {
    let kind = find("device_category").unwrap();
    let object =
        |id: &str, name: &str| set_object(kind, id, Json::from([("id", Json::text(id)), ("displayName", Json::text(name))]));
    let set = [object("1", "Laptops"), object("2", "<script>|](x)\n# no")];
    let index = String::from_utf8(unpacked(&exported(&set, &OPEN)).remove("index.md").unwrap()).unwrap();
    assert!(index.contains("| Laptops | [device_category/laptops-"), "{index}");
    assert!(
        index.contains("Contoso \\| &lt;b&gt;")
            && !index.contains("<script>")
            && index.lines().filter(|line| line.starts_with("# ")).count() == 1
    );
}

#[test]
fn what_a_set_lacks_is_in_the_export() {
    let mut header = header(["device_category", "scope_tag"]);
    header.set.complete = false;
    header.coverage[1].state = "forbidden".to_owned();
    header.coverage[1].failure = Some("graph.forbidden".to_owned());
    header.missing.push(MissingLine {
        resource_type: "device_category".to_owned(),
        id: "9".to_owned(),
        name: "Ph|ones".to_owned(),
        code: "graph.unavailable".to_owned(),
    });
    let none: [Result<SetObject, std::convert::Infallible>; 0] = [];
    let bytes = export(Vec::new(), &header, moment(), &OPEN, &Limits::default(), none).unwrap().0;
    let (report, _) = read_zip(&bytes, None).unwrap();
    assert_eq!((&report.coverage, &report.missing, report.set.unwrap().1.complete), (&header.coverage, &header.missing, false));
    let index = String::from_utf8(unpacked(&bytes).remove("index.md").unwrap()).unwrap();
    assert!(
        index.contains("| Scope tag | forbidden | graph.forbidden |")
            && index.contains("| Ph\\|ones | Device category | graph.unavailable |"),
        "{index}"
    );
}
