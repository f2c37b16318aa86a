//! Texts of times, paths and decimals in the one form in which Python writes them, so that equal values are equal
//! texts.

/// A calendar date and what of the text comes after it.
fn take_date(text: &str) -> Option<(String, &str)> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let part = |from: usize, to: usize| digits(date.get(from..to)?);
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let dashes = date.as_bytes().get(4) == Some(&b'-') && date.as_bytes().get(7) == Some(&b'-');
    (dashes && year >= 1 && (1..=length).contains(&day)).then(|| (date.to_owned(), rest))
}

fn digits(text: &str) -> Option<u32> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// `12:30`, `12:30:15`, `12:30:15.25` as hours, minutes and seconds, with nine digits of the fraction.
fn clock(text: &str) -> Option<(String, String)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if digits(fraction).is_none() || fraction.len() > 9 || (text.contains('.') && whole.len() != 8) {
        return None;
    }
    let mut parts = whole.split(':');
    let mut next = |below: u32| {
        let part = parts.next()?;
        (part.len() == 2).then(|| digits(part)).flatten().filter(|&number| number < below)
    };
    let (hour, minute) = (next(24)?, next(60)?);
    let second = if whole.len() > 5 { next(60)? } else { 0 };
    if parts.next().is_some() {
        return None;
    }
    Some((format!("{hour:02}:{minute:02}:{second:02}"), format!("{fraction:0<9}")))
}

/// A fraction as Python shows it: none, six digits, or nine where nanoseconds need them.
fn shown_fraction(nine: &str) -> String {
    match nine {
        "000000000" => String::new(),
        nine => format!(".{}", nine.strip_suffix("000").unwrap_or(nine)),
    }
}

/// A time of day with its offset from UTC, if it has one.
fn take_time(text: &str) -> Option<String> {
    let place = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let (of_day, offset) = (text.get(..place)?, text.get(place..)?);
    let (whole, fraction) = clock(of_day)?;
    let offset = match offset {
        "" => String::new(),
        "Z" => "+00:00".to_owned(),
        signed => {
            let (offset, fraction) = clock(signed.get(1..)?)?;
            let sign = if offset == "00:00:00" { "+" } else { signed.get(..1)? };
            let fraction = shown_fraction(&fraction);
            let offset = if fraction.is_empty() { offset.strip_suffix(":00").unwrap_or(&offset) } else { &offset };
            format!("{sign}{offset}{fraction}")
        }
    };
    Some(format!("{whole}{}{offset}", shown_fraction(&fraction)))
}

/// As `date.isoformat()` writes it.
pub(super) fn date(text: &str) -> Result<String, String> {
    match take_date(text) {
        Some((date, "")) => Ok(date),
        _ => Err(format!("`{}` is not a date like 2024-05-01", short(text))),
    }
}

/// As `time.isoformat()` writes it.
pub(super) fn time(text: &str) -> Result<String, String> {
    take_time(text).ok_or_else(|| format!("`{}` is not a time like 12:00:00", short(text)))
}

/// As `datetime.isoformat()` writes it. A date alone is its midnight.
pub(super) fn datetime(text: &str) -> Result<String, String> {
    let parsed = take_date(text).and_then(|(date, rest)| match rest.strip_prefix(['T', ' ']) {
        Some(rest) => take_time(rest).map(|time| format!("{date}T{time}")),
        None if rest.is_empty() => Some(format!("{date}T00:00:00")),
        None => None,
    });
    parsed.ok_or_else(|| format!("`{}` is not a date and time like 2024-05-01T12:00:00+00:00", short(text)))
}

/// As `str(numpy.datetime64(…))` writes it in this unit; `None` for what is finer than the unit.
pub(super) fn datetime64(text: &str, unit: &str) -> Option<String> {
    let places = match unit {
        "D" => 0,
        "s" => 0,
        "ms" => 3,
        "us" => 6,
        "ns" => 9,
        // Other units have forms of their own, such as 2024-05 for months.
        _ => return Some(text.to_owned()),
    };
    let (date, rest) = take_date(text)?;
    let (clock, fraction) = match rest.strip_prefix(['T', ' ']) {
        Some(rest) => clock(rest)?,
        None if rest.is_empty() => ("00:00:00".to_owned(), "000000000".to_owned()),
        None => return None,
    };
    let (kept, lost) = fraction.split_at(places);
    if lost.bytes().any(|digit| digit != b'0') || (unit == "D" && clock != "00:00:00") {
        return None;
    }
    match (unit, places) {
        ("D", _) => Some(date),
        (_, 0) => Some(format!("{date}T{clock}")),
        _ => Some(format!("{date}T{clock}.{kept}")),
    }
}

/// A duration in seconds as a plain decimal number, without zeros that say nothing.
pub(super) fn seconds(source: &str) -> Result<String, String> {
    let (negative, unsigned) = match source.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, source.strip_prefix('+').unwrap_or(source)),
    };
    let plain: String = unsigned.chars().filter(|&c| c != '_').collect();
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || plain.len() > 40 || (whole.is_empty() && fraction.is_empty()) {
        return Err("a duration is a plain number of seconds, such as 90.5".into());
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    if fraction.len() > 9 {
        return Err("a duration has at most nine digits after the point".into());
    }
    let sign = if negative && !(whole.is_empty() && fraction.is_empty()) { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    Ok(format!("{sign}{whole}{point}{fraction}"))
}

/// As `pathlib` holds a path: without `.` and without doubled slashes.
pub(super) fn path(text: &str) -> String {
    let root = match text.bytes().take_while(|&byte| byte == b'/').count() {
        0 => "",
        // POSIX leaves the meaning of exactly two slashes open, and Python keeps them.
        2 => "//",
        _ => "/",
    };
    let parts: Vec<&str> = text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    match (root, parts.join("/")) {
        ("", parts) if parts.is_empty() => ".".into(),
        (root, parts) => format!("{root}{parts}"),
    }
}

/// As `str(Decimal(…))` writes it.
pub(super) fn decimal(text: &str) -> Result<String, String> {
    let bad = || format!("`{}` is not a decimal number", short(text));
    let trimmed = text.trim();
    let (sign, unsigned) = match trimmed.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    match unsigned.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => return Ok(format!("{sign}Infinity")),
        "nan" => return Ok(format!("{sign}NaN")),
        "snan" => return Ok(format!("{sign}sNaN")),
        _ => {}
    }
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(place) => (unsigned.get(..place).unwrap_or_default(), unsigned.get(place + 1..).unwrap_or_default()),
        None => (unsigned, "0"),
    };
    let exponent: i64 = exponent.parse().map_err(|_| bad())?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let coefficient = format!("{whole}{fraction}");
    if coefficient.is_empty() || !coefficient.bytes().all(|byte| byte.is_ascii_digit()) || exponent.abs() > 1 << 40 {
        return Err(bad());
    }
    let coefficient = match coefficient.trim_start_matches('0') {
        "" => "0",
        trimmed => trimmed,
    };
    // The rule of the decimal specification ("to-scientific-string").
    let length = i64::try_from(coefficient.len()).map_err(|_| bad())?;
    let exponent = exponent - i64::try_from(fraction.len()).map_err(|_| bad())?;
    let point = length + exponent;
    if exponent == 0 {
        return Ok(format!("{sign}{coefficient}"));
    }
    if exponent < 0 && point > 0 {
        let (before, after) = coefficient.split_at(usize::try_from(point).unwrap_or(0));
        return Ok(format!("{sign}{before}.{after}"));
    }
    if exponent < 0 && point > -6 {
        return Ok(format!("{sign}0.{}{coefficient}", "0".repeat(usize::try_from(-point).unwrap_or(0))));
    }
    let (first, rest) = coefficient.split_at(1);
    let dot = if rest.is_empty() { "" } else { "." };
    Ok(format!("{sign}{first}{dot}{rest}E{:+}", point - 1))
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}
