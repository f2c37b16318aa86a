//! What was run where, as plain HTML.

use super::html::{count, text};
use crate::batch::Batch;

/// The inside of that section.
pub fn html(batch: &Batch) -> String {
    let machine = &batch.machine;
    let memory = format!("{:.1} GiB", machine.memory_bytes as f64 / f64::from(1 << 30));
    let facts = [
        ("Pack", format!("{} ({})", batch.pack.1, batch.pack.0)),
        ("Program", format!("practice {}", batch.version)),
        ("Processor", machine.processor.clone()),
        ("Processors", format!("{}, {}", count(machine.processors), machine.architecture)),
        ("Memory", memory),
        ("Kernel", machine.kernel.clone()),
        ("Cases at once", count(machine.jobs)),
    ];
    let rows: String =
        facts.iter().map(|(what, value)| format!("<div><dt>{what}</dt><dd>{}</dd></div>\n", text(value))).collect();
    let python: String = batch
        .python
        .iter()
        .map(|used| {
            format!("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", text(&used.environment), text(&used.version))
        })
        .collect();
    format!(
        "<h3>Machine</h3>\n<dl class=\"pairs\">\n{rows}<div id=\"begun\" hidden><dt>Begun</dt><dd></dd></div>\n</dl>\n\
         <h3>Python</h3>\n<table>\n<thead><tr><th scope=\"col\">Environment</th><th scope=\"col\">Version</th></tr></thead>\n\
         <tbody>\n{python}</tbody>\n</table>\n<h3>Wall around each case: {}</h3>\n{}{}",
        text(&batch.containment.mode),
        list("In force", &batch.containment.in_force),
        list("Not in force", &batch.containment.not_in_force),
    )
}

fn list(title: &str, lines: &[String]) -> String {
    let items: String = lines.iter().map(|line| format!("<li>{}</li>\n", text(line))).collect();
    match lines {
        [] => format!("<p>{title}: nothing.</p>\n"),
        _ => format!("<p>{title}:</p>\n<ul>\n{items}</ul>\n"),
    }
}
