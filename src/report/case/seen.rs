//! What the services of a case's world saw: a line a request, with a bar for its time.

use super::Amount;
use crate::event::{EndShown, RequestShown, SeenShown};
use crate::report::escape;
use crate::report::page::{Page, plain, span};
use crate::report::style::Role;
use crate::report::words;

/// Columns before a request.
const INDENT: usize = 6;
/// Columns of a status, with the spaces around it.
const STATUS: usize = 6;
/// A bar is not longer than this, nor is it drawn in less than a quarter of it.
const BAR: usize = 40;

/// The requests, as far as there is room.
pub fn timeline(page: &mut Page, seen: &SeenShown, amount: Amount) {
    page.blank();
    if seen.requests.is_empty() {
        return page.para(4, 6, &[plain("It made no request.")]);
    }
    let total = usize::try_from(seen.requests_total).unwrap_or(usize::MAX);
    let span_ms = seen.requests.iter().map(|request| request.ended_ms).fold(0.0, f64::max);
    let sentence = format!(
        "It made {} on {}, {} at once at most, in {}:",
        words::count(total, "request"),
        words::count(usize::try_from(seen.connections).unwrap_or(usize::MAX), "connection"),
        seen.at_once,
        words::duration(span_ms)
    );
    page.para(4, 6, &[plain(sentence)]);
    let shown = &seen.requests[..seen.requests.len().min(amount.lines)];
    let names: Vec<String> =
        shown.iter().map(|request| escape::visible(&format!("{} {}", request.method, request.path))).collect();
    let room = page.width().saturating_sub(INDENT + STATUS + 2);
    let widest = names.iter().map(|name| escape::width(name)).max().unwrap_or(0);
    let bar = room.saturating_sub(widest.min(room / 2)).min(BAR);
    let name_width = widest.min(room - bar);
    for (request, name) in shown.iter().zip(names) {
        let name = escape::cut(&name, name_width);
        let pad = " ".repeat(name_width.saturating_sub(escape::width(&name)));
        let role = match request.status {
            Some(200..=299) if request.end == EndShown::Answered => Role::Plain,
            _ => Role::Odd,
        };
        let (status, pad) = (format!("{:^STATUS$}", status(request)), format!("{:INDENT$}{name}{pad}", ""));
        let drawn = if bar >= BAR / 4 { format!("|{}|", drawn(request, span_ms, bar)) } else { String::new() };
        match drawn.is_empty() {
            true => page.pieces(&[(Role::Plain, &pad), (role, status.trim_end())]),
            false => page.pieces(&[(Role::Plain, &pad), (role, &status), (Role::Dim, &drawn)]),
        }
    }
    let left = total.saturating_sub(shown.len());
    if left > 0 {
        page.para(INDENT, INDENT, &[span(Role::Dim, format!("... and {}", words::count(left, "more request")))]);
    }
}

/// What a request got.
fn status(request: &RequestShown) -> String {
    match (request.end, request.status) {
        (EndShown::Cancelled, _) => "left".to_owned(),
        (EndShown::Broken, _) => "cut".to_owned(),
        (EndShown::Answered, Some(status)) => status.to_string(),
        (EndShown::Answered, None) => "-".to_owned(),
    }
}

/// `   ====   `, of this many columns for the whole time.
fn drawn(request: &RequestShown, span_ms: f64, columns: usize) -> String {
    let column = |ms: f64| if span_ms > 0.0 { (ms / span_ms * columns as f64).round() as usize } else { 0 };
    let begun = column(request.begun_ms).min(columns - 1);
    let ended = column(request.ended_ms).clamp(begun + 1, columns);
    format!("{}{}{}", " ".repeat(begun), "=".repeat(ended - begun), " ".repeat(columns - ended))
}
