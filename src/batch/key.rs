//! What a verdict depends on, as hashes: when all of them are as they were, nothing has to be run again.

use super::Key;
use crate::model::digest;

impl Key {
    /// All of it as one short text.
    pub fn digest(&self) -> String {
        digest::hash(self.parts().map(|(_, part)| part.as_bytes()))
    }

    /// Its parts, with what they are called when they change.
    pub fn parts(&self) -> [(&'static str, &str); 5] {
        [
            ("the submission", &self.submission),
            ("the exercise", &self.exercise),
            ("practice itself", &self.driver),
            ("the Python environment", &self.environment),
            ("the limits", &self.limits),
        ]
    }

    /// Why a verdict under `before` does not do for this key; nothing when it does.
    pub fn changed_since(&self, before: &Key) -> Vec<&'static str> {
        let pairs = self.parts().into_iter().zip(before.parts());
        pairs.filter(|(now, before)| now.1 != before.1).map(|(now, _)| now.0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_changed_is_named() {
        let text = |text: &str| text.to_owned();
        let before = Key {
            submission: text("s"),
            exercise: text("e"),
            driver: text("d"),
            environment: text("v"),
            limits: text("l"),
        };
        let now = Key { submission: text("t"), limits: text("m"), ..before.clone() };
        assert_eq!(now.changed_since(&before), ["the submission", "the limits"]);
        assert_eq!(before.changed_since(&before), [""; 0]);
        assert_ne!(now.digest(), before.digest());
    }
}
