//! The neighbours of an object.

use model::canonical::canonical;
use model::json::Json;
use model::links::{Depth, LinkGraph, LinkKind, Side};
use model::resource_types;
use store::ObservedItem;
use testkit::stores::{TestStore, on_both};

use super::{FILTER, groups, items, observe, policy, start};
use crate::directory::{A, B};
use crate::inventory::seen;

#[tokio::test(flavor = "multi_thread")]
async fn the_neighbours_of_an_object_are_few_and_theirs_too() {
    on_both(async |t: TestStore| {
        let (_, scope, run) = start(&t).await;
        groups(&t, &run, &[A]).await;
        let mut page = vec![
            seen(FILTER, "f1", "Corporate", 1),
            policy("p0", "Middle", &[(A, Some("f1"), false), (A, None, true)], &[]),
            policy("p1", "Beside", &[(B, Some("f1"), false)], &[]),
        ];
        let set = r##"{"id":"s","displayName":"Set","assignments":[{"target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"g9"}}],
          "items":[{"@odata.type":"#microsoft.graph.deviceManagementConfigurationPolicyPolicySetItem","payloadId":"p0"}]}"##;
        let content = canonical(resource_types::find("policy_set").unwrap(), Json::parse(set.as_bytes()).unwrap());
        page.push(ObservedItem { content, ..seen("policy_set", "s", "Set", 1) });
        observe(&t, &run, page).await;
        let known = items(&t, &scope).await;
        let shape = |graph: &LinkGraph| -> Vec<(String, Side, u8)> {
            graph.nodes.iter().map(|node| (node.end.to.id.clone(), node.side, node.distance)).collect()
        };
        let node = |id: &str, side, distance| (id.to_owned(), side, distance);
        let near = t.store.links().around(&scope, known["p0"], Depth::One).await.unwrap();
        let mut expected = vec![
            node("p0", Side::Middle, 0),
            node(A, Side::Used, 1),
            node("f1", Side::Used, 1),
            node("s", Side::Users, 1),
        ];
        assert_eq!(shape(&near), expected);
        assert_eq!((near.edges.len(), near.more), (3, false));
        assert_eq!(near.edges[0].kinds, [LinkKind::Include, LinkKind::Exclude]);
        assert_eq!((near.edges[2].from, near.edges[2].to), (3, 0));
        let far = t.store.links().around(&scope, known["p0"], Depth::Two).await.unwrap();
        expected.extend([node("g9", Side::Users, 2), node("p1", Side::Used, 2)]);
        assert_eq!(shape(&far), expected, "{far:?}");
        // Of many, so many are there, and it is said.
        let many: Vec<String> = (0..60).map(|n| format!("g{n}")).collect();
        let assigned: Vec<_> = many.iter().map(|id| (id.as_str(), None, false)).collect();
        observe(&t, &run, vec![policy("p0", "Middle", &assigned, &[])]).await;
        let full = t.store.links().around(&scope, known["p0"], Depth::Two).await.unwrap();
        assert!(full.more);
        assert_eq!(full.nodes.iter().filter(|node| node.side == Side::Used && node.distance == 1).count(), LinkGraph::NEAR);
    })
    .await;
}
