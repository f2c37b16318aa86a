//! How the model endpoint counts tokens, and its toy embedding: simple rules that an exercise can state.

use sha2::{Digest, Sha256};

/// The pieces that count as a token each: every run of letters, digits and `_`, and every other character that is not
/// white space.
pub fn pieces(text: &str) -> Vec<&str> {
    let mut all = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        let is_word = c.is_alphanumeric() || c == '_';
        if !is_word && let Some(begun) = start.take() {
            all.push(&text[begun..at]);
        }
        if is_word {
            start.get_or_insert(at);
        } else if !c.is_whitespace() {
            all.push(&text[at..at + c.len_utf8()]);
        }
    }
    all.extend(start.map(|begun| &text[begun..]));
    all
}

/// How many tokens a text has.
pub fn count(text: &str) -> usize {
    pieces(text).len()
}

/// The text in parts of one token each, with the white space before it, so that the parts add up to the text.
pub fn parts(text: &str) -> Vec<&str> {
    let mut all = Vec::new();
    let mut from = 0;
    for piece in pieces(text) {
        // A piece is a part of the text: its end is where it starts in there, and its length.
        let end = piece.as_ptr() as usize - text.as_ptr() as usize + piece.len();
        all.push(&text[from..end]);
        from = end;
    }
    if from < text.len() {
        all.push(&text[from..]);
    }
    all
}

/// A vector of length 1: each lower-case word adds or takes 1 at a place that its SHA-256 names, so that texts with
/// the same words are near each other. A text without words is the first unit vector.
pub fn embedding(text: &str, dimensions: usize) -> Vec<f64> {
    let mut vector = vec![0.0; dimensions.max(1)];
    for word in pieces(&text.to_lowercase()) {
        let hash = Sha256::digest(word);
        let place = hash.iter().take(8).fold(0_u64, |all, &byte| all << 8 | u64::from(byte));
        let index = usize::try_from(place % vector.len() as u64).unwrap_or(0);
        vector[index] += if hash[8] % 2 == 0 { 1.0 } else { -1.0 };
    }
    let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    if length == 0.0 {
        vector[0] = 1.0;
        return vector;
    }
    vector.iter().map(|x| (x / length * 1e6).round() / 1e6).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_signs_are_tokens() {
        assert_eq!(pieces("Don't stop, naïve_1!"), ["Don", "'", "t", "stop", ",", "naïve_1", "!"]);
        assert_eq!(count(" \n"), 0);
    }

    #[test]
    fn parts_add_up_to_the_text() {
        for text in ["", "a", " a  b.\n", "äö, 漢字!", "  "] {
            assert_eq!(parts(text).concat(), text);
        }
        assert_eq!(parts("It is."), ["It", " is", "."]);
    }

    #[test]
    fn embeddings_have_length_one_and_depend_on_words() {
        let [a, b] = ["The cat sat", "the CAT  sat"].map(|text| embedding(text, 16));
        assert_eq!(a, b);
        assert!((a.iter().map(|x| x * x).sum::<f64>() - 1.0).abs() < 1e-4);
        assert_eq!(embedding("", 3), [1.0, 0.0, 0.0]);
    }
}
