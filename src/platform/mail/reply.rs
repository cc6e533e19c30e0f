//! What a mail server said, made fit to be kept and shown.

/// Longest reply that is kept, in characters. Servers have been seen to answer with pages.
const LONGEST: usize = 500;

/// The server's words on one line, without control characters or mail addresses, 500 characters at most.
pub(super) fn presentable(words: &str) -> String {
    let mut said = String::new();
    let readable: String = words.chars().map(|letter| if unseen(letter) { ' ' } else { letter }).collect();
    for word in readable.split_whitespace() {
        if !said.is_empty() {
            said.push(' ');
        }
        mask(word, &mut said);
    }
    if said.chars().count() > LONGEST {
        said = said.chars().take(LONGEST - 1).collect();
        said.push('…');
    }
    said
}

/// Control characters, and those that turn the writing direction or take no room.
fn unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn mask(word: &str, said: &mut String) {
    let frame = |letter: char| "<>()[]{},;:\"'`=|".contains(letter);
    for piece in word.split_inclusive(frame) {
        let (name, mark) = match piece.char_indices().next_back() {
            Some((at, last)) if frame(last) => piece.split_at(at),
            _ => (piece, ""),
        };
        said.push_str(if name.contains('@') { "[address]" } else { name });
        said.push_str(mark);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_masked_and_control_characters_gone() {
        let cases = [
            ("550 5.1.1 <ana.peñ@example.org>: no such user", "550 5.1.1 <[address]>: no such user"),
            ("to=ana@example.org, stop.", "to=[address], stop."),
            ("a\r\nb\u{1b}[31mred\0", "a b [31mred"),
            ("evil\u{202e}gnp", "evil gnp"),
            ("", ""),
            ("@", "[address]"),
            ("no 'ana@example.org'", "no '[address]'"),
        ];
        for (raw, expected) in cases {
            assert_eq!(presentable(raw), expected, "{raw:?}");
        }
    }

    #[test]
    fn a_flood_of_words_is_cut() {
        let said = presentable(&"ñandú ".repeat(1000));
        assert_eq!(said.chars().count(), LONGEST);
        assert!(said.ends_with('…'));
    }
}
