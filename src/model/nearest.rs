//! Offers the nearest known name for an unknown one.

/// Turns serde's sentence on an unknown key or name into one that offers the nearest known one.
pub fn did_you_mean(message: &str) -> String {
    let (word, rest) = if let Some(rest) = message.strip_prefix("unknown field `") {
        ("key", rest)
    } else if let Some(rest) = message.strip_prefix("unknown variant `") {
        ("value", rest)
    } else {
        return message.to_owned();
    };
    let mut names = rest.split('`').step_by(2);
    let Some(unknown) = names.next() else { return message.to_owned() };
    let known: Vec<&str> = rest.split('`').skip(2).step_by(2).collect();
    match nearest(unknown, known.iter().copied()) {
        Some(near) => format!("unknown {word} `{unknown}`: did you mean `{near}`?"),
        None => format!("unknown {word} `{unknown}`: known are {}", known.join(", ")),
    }
}

/// The name most like `text`, when one is like it at all.
pub fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|name| (strsim::jaro_winkler(text, name), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_offers_the_nearest() {
        assert_eq!(
            did_you_mean("unknown field `wal`, expected one of `wall`, `cpu`"),
            "unknown key `wal`: did you mean `wall`?"
        );
        assert_eq!(
            did_you_mean("unknown field `zzz`, expected one of `wall`, `cpu`"),
            "unknown key `zzz`: known are wall, cpu"
        );
        assert_eq!(did_you_mean("invalid type: integer"), "invalid type: integer");
    }
}
