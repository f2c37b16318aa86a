//! Texts and JSON with names in braces, in whose places values are put.

use serde_json::Value;

/// JSON with what `find` has in the places `{name}` of its strings; a name that it does not have stays as it is. A string that is nothing but a place becomes what is there.
pub fn filled(template: &Value, find: &dyn Fn(&str) -> Option<Value>) -> Value {
    match template {
        Value::String(text) => {
            if let Some(value) = text.strip_prefix('{').and_then(|text| find(text.strip_suffix('}')?)) {
                return value;
            }
            let mut out = String::new();
            let mut rest = text.as_str();
            while let Some((before, after)) = rest.split_once('{') {
                out += before;
                match after.split_once('}').and_then(|(name, after)| Some((find(name)?, after))) {
                    Some((value, after)) => {
                        out += &value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                        rest = after;
                    }
                    None => {
                        out.push('{');
                        rest = after;
                    }
                }
            }
            Value::String(out + rest)
        }
        Value::Array(items) => items.iter().map(|item| filled(item, find)).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), filled(value, find))).collect())
        }
        other => other.clone(),
    }
}
