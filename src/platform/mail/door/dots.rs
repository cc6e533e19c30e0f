//! A mail on the wire: its dots and its end.

/// Takes dots off the lines of a mail and finds its end: a dot alone between CRLFs, and nothing else, so that no mail
/// can smuggle in commands.
pub(super) struct Dots {
    /// What was sent, up to the limit.
    pub mail: Vec<u8>,
    /// Whether its end has come.
    pub ended: bool,
    /// Whether it is longer than the limit.
    pub too_large: bool,
    largest: usize,
    at: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    LineStart,
    AfterDot,
    AfterDotCr,
    Inside,
    AfterCr,
}

impl Dots {
    /// For a mail of at most so many bytes.
    pub fn new(largest: usize) -> Dots {
        Dots { mail: vec![], ended: false, too_large: false, largest, at: Place::LineStart }
    }

    /// How many bytes belonged to the mail and its end.
    pub fn feed(&mut self, bytes: &[u8]) -> usize {
        for (read, byte) in bytes.iter().enumerate() {
            self.step(*byte);
            if self.ended {
                return read + 1;
            }
        }
        bytes.len()
    }

    fn step(&mut self, byte: u8) {
        use Place::{AfterCr, AfterDot, AfterDotCr, Inside, LineStart};
        self.at = match (self.at, byte) {
            (LineStart, b'.') => AfterDot,
            (AfterDot, b'\r') => AfterDotCr,
            (AfterDotCr, b'\n') => {
                self.ended = true;
                return;
            }
            (AfterDotCr, byte) => {
                self.keep(b'\r');
                self.keep(byte);
                if byte == b'\r' { AfterCr } else { Inside }
            }
            (AfterCr, b'\n') => {
                self.keep(byte);
                LineStart
            }
            (_, byte) => {
                self.keep(byte);
                if byte == b'\r' { AfterCr } else { Inside }
            }
        };
    }

    /// What is beyond the limit is read to its end and forgotten.
    fn keep(&mut self, byte: u8) {
        if self.mail.len() < self.largest {
            self.mail.push(byte);
        } else {
            self.too_large = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_a_dot_between_line_breaks_ends_a_mail() {
        let cases: [(&[u8], &[u8], usize); 5] = [
            (b".\r\nQUIT\r\n", b"", 6),
            (b"a\r\n.\r\n", b"a\r\n", 0),
            (b"a\n.\nMAIL\r\n.\r\n", b"a\n.\nMAIL\r\n", 0),
            (b"..\r\n.a\r\n.\rb\r\n.\r\n", b".\r\na\r\n\rb\r\n", 0),
            (b"a\r.\r\n\r\n.\r\n", b"a\r.\r\n\r\n", 0),
        ];
        for (wire, expected, rest) in cases {
            let mut dots = Dots::new(100);
            assert_eq!(dots.feed(wire), wire.len() - rest, "{}", String::from_utf8_lossy(wire));
            assert!(dots.ended);
            assert_eq!(dots.mail, expected, "{}", String::from_utf8_lossy(wire));
        }
    }

    proptest! {
        /// Whatever is sent, however it is cut, the mail is the same.
        #[test]
        fn stuffed_dots_come_off_again(lines in prop::collection::vec("[.a\r]{0,6}", 0..8), cut in 1..9_usize) {
            let mail: String = lines.iter().map(|line| format!("{}\r\n", line.replace('\r', ""))).collect();
            let wire: String = mail.split_inclusive("\r\n").map(|line| {
                if line.starts_with('.') { format!(".{line}") } else { line.to_owned() }
            }).collect();
            let wire = format!("{wire}.\r\n");
            let mut dots = Dots::new(1000);
            for chunk in wire.as_bytes().chunks(cut) {
                prop_assert!(!dots.ended);
                dots.feed(chunk);
            }
            prop_assert!(dots.ended);
            prop_assert_eq!(dots.mail, mail.into_bytes());
        }
    }
}
