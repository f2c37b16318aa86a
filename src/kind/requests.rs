//! What a case's world should have seen: rules over its requests.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer, de};
use serde_json::{Value, json};

use super::ReadError;
use crate::compare;
use crate::model::{
    Channel, Comparison, Difference, DifferenceKind, End, Format, Options, Order, Request, Time, Transcript,
    most_at_once, nearest,
};
use crate::world::World;

/// What clocks may be off by, between a program's wait and the world's measure of it.
const CLOCKS: Duration = Duration::from_millis(1);

/// A number, or the least and the most that it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    min: u64,
    max: u64,
}

impl<'de> Deserialize<'de> for Range {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Range, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Range;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or a table such as { min = 5, max = 8 }")
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Range, E> {
                let number = u64::try_from(number).map_err(|_| E::custom("a number of requests is not negative"))?;
                Ok(Range { min: number, max: number })
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Range, A::Error> {
                #[derive(Deserialize)]
                #[serde(deny_unknown_fields)]
                struct Table {
                    min: Option<u64>,
                    max: Option<u64>,
                }
                let table = Table::deserialize(de::value::MapAccessDeserializer::new(map))?;
                let range = Range { min: table.min.unwrap_or(0), max: table.max.unwrap_or(u64::MAX) };
                match range.min <= range.max && (table.min.is_some() || table.max.is_some()) {
                    true => Ok(range),
                    false => Err(de::Error::custom("a range has `min` or `max`, the first not above the second")),
                }
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

impl schemars::JsonSchema for Range {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Range".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let number = json!({ "type": "integer", "minimum": 0 });
        schemars::json_schema!({
            "description": "A number, or the least and the most that it may be.",
            "oneOf": [
                number,
                { "type": "object", "properties": { "min": number, "max": number }, "additionalProperties": false },
            ]
        })
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Range { min, max } if min == max => write!(f, "{min}"),
            Range { min, max: u64::MAX } => write!(f, "at least {min}"),
            Range { min: 0, max } => write!(f, "at most {max}"),
            Range { min, max } => write!(f, "{min} to {max}"),
        }
    }
}

/// A rule over the requests that a case's world saw.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The route, as the world file has it: `GET /documents/{id}`. Without it, all requests together.
    route: Option<String>,
    /// How many requests there are.
    count: Option<Range>,
    /// How many of them are in flight at once, at most.
    peak: Option<Range>,
    /// On how many connections they come.
    connections: Option<Range>,
    /// How many of them the client gives up before their answer is complete.
    cancelled: Option<Range>,
    /// The least times between the end of one attempt and the start of the next one for the same path.
    spacing: Option<Vec<String>>,
    /// What is asked for, as `GET /documents/1?full=1`, one by one.
    paths: Option<Vec<String>>,
    /// Whether `paths` and `bodies` come in this order.
    #[serde(default)]
    order: Order,
    /// Headers that each of them has; `*` stands for any value.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// The JSON that they send, one by one; compared as the case compares.
    #[schemars(with = "Option<Vec<Value>>")]
    bodies: Option<Vec<Value>>,
}

impl Rule {
    /// Whether it can hold at all in this world.
    pub fn check(&self, world: &World) -> Result<(), ReadError> {
        let fault = |message: String| Err(ReadError { message, span: None });
        let names = world.route_names();
        if let Some(route) = self.route.as_deref().filter(|route| !names.contains(route)) {
            let offer = match nearest(route, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it has {}", names.join(", ")),
            };
            return fault(format!("the world has no route `{route}`: {offer}"));
        }
        for time in self.spacing.iter().flatten() {
            if let Err(error) = time.parse::<Time>() {
                return fault(error.to_string());
            }
        }
        let ranges = [self.count, self.peak, self.connections, self.cancelled];
        let lists = self.spacing.is_some() || self.paths.is_some() || self.bodies.is_some();
        if ranges.iter().all(Option::is_none) && !lists && self.headers.is_empty() {
            return fault("a rule over requests says nothing: give it `count`, `peak`, `paths`, …".to_owned());
        }
        Ok(())
    }

    /// What of it does not hold.
    pub fn compare(&self, transcript: &Transcript, options: &Options) -> Comparison {
        let is_ours = |request: &&Request| self.route.is_none() || request.route == self.route;
        let requests: Vec<&Request> = transcript.requests.iter().filter(is_ours).collect();
        let mut found = Comparison::default();
        self.ranges(&requests, &mut found);
        if let Some(least) = &self.spacing {
            self.spacing(&requests, least, &mut found);
        }
        if let Some(paths) = &self.paths {
            let asked: Vec<String> = requests.iter().map(|one| format!("{} {}", one.method, one.path)).collect();
            found.extend(self.list("paths", &json!(paths), &json!(asked), &Options::default()));
        }
        for (name, wanted) in &self.headers {
            let header = |request: &&Request| {
                let given = request.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
                given.map(|(_, value)| value.clone())
            };
            let good = |given: &Option<String>| given.as_ref().is_some_and(|given| wanted == "*" || given == wanted);
            let bad =
                requests.iter().enumerate().map(|(index, one)| (index, header(one))).find(|(_, given)| !good(given));
            if let Some((index, given)) = bad {
                let kind = if given.is_some() { DifferenceKind::Value } else { DifferenceKind::Missing };
                let path = format!("/headers/{name}");
                let wanted = if wanted == "*" { "any value" } else { wanted };
                let note = format!("request {} of {}", index + 1, requests.len());
                found.push(self.difference(path, kind, wanted.to_owned(), given, Some(note)));
            }
        }
        if let Some(bodies) = &self.bodies {
            let sent = |request: &&Request| {
                serde_json::from_slice(&request.body)
                    .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&request.body).into_owned()))
            };
            let sent: Vec<Value> = requests.iter().map(sent).collect();
            found.extend(self.list("bodies", &json!(bodies), &json!(sent), options));
        }
        found
    }

    fn ranges(&self, requests: &[&Request], found: &mut Comparison) {
        let connections: BTreeSet<u64> = requests.iter().map(|request| request.connection).collect();
        let cancelled = requests.iter().filter(|request| request.end == End::Cancelled).count();
        let numbers = [
            ("count", self.count, requests.len()),
            ("peak", self.peak, most_at_once(requests.iter().copied())),
            ("connections", self.connections, connections.len()),
            ("cancelled", self.cancelled, cancelled),
        ];
        for (name, range, number) in numbers {
            let Some(range) = range else { continue };
            let number = number as u64;
            if (range.min..=range.max).contains(&number) {
                continue;
            }
            let note = match name {
                "peak" if number < range.min => in_a_row(requests),
                "connections" if number > range.max => {
                    Some("keep one client for all requests: a new one opens a connection each time".to_owned())
                }
                _ => None,
            };
            let actual = Some(number.to_string());
            let path = format!("/{name}");
            found.push(self.difference(path, DifferenceKind::Value, range.to_string(), actual, note));
        }
    }

    fn spacing(&self, requests: &[&Request], least: &[String], found: &mut Comparison) {
        let least: Vec<Duration> =
            least.iter().filter_map(|text| text.parse::<Time>().ok()).map(|time| time.0).collect();
        let mut by_path: BTreeMap<(&str, &str), Vec<&Request>> = BTreeMap::new();
        for request in requests {
            by_path.entry((&request.method, &request.path)).or_default().push(request);
        }
        for ((method, path), attempts) in by_path {
            for (index, (pair, least)) in attempts.windows(2).zip(&least).enumerate() {
                let gap = pair[1].begun.saturating_sub(pair[0].ended);
                if gap + CLOCKS >= *least {
                    continue;
                }
                let note = format!("between attempts {} and {} of {method} {path}", index + 1, index + 2);
                let (expected, actual) =
                    (format!("at least {} ms", least.as_millis()), format!("{} ms", gap.as_millis()));
                found.push(self.difference(
                    "/spacing".to_owned(),
                    DifferenceKind::Value,
                    expected,
                    Some(actual),
                    Some(note),
                ));
            }
        }
    }

    /// Compares a list with what should be in it.
    fn list(&self, name: &str, expected: &Value, actual: &Value, options: &Options) -> Comparison {
        let options = Options { order: self.order, ..options.clone() };
        let wrapped = |list: &Value| json!({ name: list }).to_string();
        let (expected, actual) = (wrapped(expected), wrapped(actual));
        let options = match self.order {
            Order::Exact => options,
            Order::Any => {
                let path = format!("/{name}").parse();
                Options { unordered: options.unordered.iter().cloned().chain(path).collect(), ..options }
            }
        };
        compare::bytes(&self.channel(), Format::Json, expected.as_bytes(), actual.as_bytes(), &options)
    }

    fn channel(&self) -> Channel {
        Channel::Requests(self.route.clone().unwrap_or_default())
    }

    fn difference(
        &self,
        path: String,
        kind: DifferenceKind,
        expected: String,
        actual: Option<String>,
        note: Option<String>,
    ) -> Difference {
        Difference { channel: self.channel(), path, kind, expected: Some(expected), actual, near: None, note }
    }
}

/// What a learner reads who awaits one request after the other.
fn in_a_row(requests: &[&Request]) -> Option<String> {
    let (first, last) = (requests.iter().map(|one| one.begun).min()?, requests.iter().map(|one| one.ended).max()?);
    let each: Duration = requests.iter().map(|one| one.ended.saturating_sub(one.begun)).sum();
    let count = u32::try_from(requests.len()).ok()?;
    if count < 2 || most_at_once(requests.iter().copied()) > 1 {
        return None;
    }
    Some(format!(
        "{count} requests of {} ms took {} ms, never two of them at once: you awaited one after the other",
        (each / count).as_millis(),
        (last - first).as_millis()
    ))
}

#[cfg(test)]
mod tests;
