//! When is a second start the same run? When the identity bytes are equal: the type and its identity inputs, canonically.

use serde_json::Value;

use crate::operations::Operation;

/// Canonical JSON of `{"inputs":…,"type":…}`: names sorted, no space. `inputs` must hold no list whose order means
/// nothing unless it is sorted (`operations::*` sort theirs).
#[must_use]
pub fn identity_bytes(operation: Operation, inputs: &Value) -> Vec<u8> {
    let mut out = String::from("{\"inputs\":");
    write(inputs, &mut out);
    out.push_str(",\"type\":");
    write(&Value::String(operation.code().to_owned()), &mut out);
    out.push('}');
    out.into_bytes()
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort();
            out.push('{');
            for (i, name) in names.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(name.clone()).to_string());
                out.push(':');
                write(&members[name], out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        leaf => out.push_str(&leaf.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn i6_equal_inputs_in_any_order_give_the_same_key() {
        let a = identity_bytes(Operation::InventorySync, &json!({"tenant": "t", "types": ["a", "b"]}));
        let b = identity_bytes(Operation::InventorySync, &json!({"types": ["a", "b"], "tenant": "t"}));
        let c = identity_bytes(Operation::InventorySync, &json!({"types": ["a"], "tenant": "t"}));
        assert_eq!(a, b);
        assert_ne!(a, c);
        assert_eq!(a, br#"{"inputs":{"tenant":"t","types":["a","b"]},"type":"inventory_sync"}"#);
    }
}
