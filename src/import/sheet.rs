//! The spreadsheet as a file: its encoding, its separator, its column names, and its rows one after the other.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use csv::ByteRecord;
use encoding_rs::{Encoding, UTF_8};

use super::map::FileMap;

/// Separators that are looked for in the line of column names.
const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];
const UTF_8_MARK: &[u8] = b"\xef\xbb\xbf";

/// A CSV file whose form is known.
#[derive(Debug)]
pub struct Sheet {
    path: PathBuf,
    encoding: &'static Encoding,
    separator: u8,
    skip_lines: usize,
    /// Names of the columns, as written.
    pub columns: Vec<String>,
}

/// One row, not yet decoded.
#[derive(Debug, Clone)]
pub struct Row {
    /// Where it begins in the file, from 1.
    pub line: u64,
    cells: ByteRecord,
    encoding: &'static Encoding,
}

impl Row {
    /// A cell without white space around it; empty when the row is too short.
    pub fn cell(&self, column: usize) -> Cow<'_, str> {
        let bytes = self.cells.get(column).unwrap_or_default();
        match self.encoding.decode_without_bom_handling(bytes).0 {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        }
    }

    /// How many cells it has, empty ones at its end left out.
    pub fn width(&self) -> usize {
        let filled = |column: &usize| !self.cell(*column).is_empty();
        (0..self.cells.len()).rev().find(filled).map_or(0, |last| last + 1)
    }

    /// Whether it has as many cells as there are columns; empty ones at its end do not count.
    pub fn fits(&self, columns: usize) -> Ordering {
        if self.width() > columns { Ordering::Greater } else { self.cells.len().min(columns).cmp(&columns) }
    }
}

impl Sheet {
    /// Opens the file and reads its column names.
    ///
    /// # Errors
    /// When it cannot be read, is in another encoding than the map says, or names a column twice.
    pub fn open(path: &Path, file: &FileMap) -> anyhow::Result<Sheet> {
        let encoding = encoding(&file.encoding)?;
        let name = path.display();
        let mut source = BufReader::new(File::open(path).with_context(|| format!("cannot open {name}"))?);
        refuse_utf_16(source.fill_buf()?)?;
        skip(&mut source, file.skip_lines)?;
        let mut line = vec![];
        source.take(64 * 1024).read_until(b'\n', &mut line)?;
        let line = line.strip_prefix(UTF_8_MARK).unwrap_or(&line);
        let separator = match file.separator {
            Some(separator) => u8::try_from(separator).context("the separator must be a plain character")?,
            None => found_out(line)?,
        };
        let mut sheet = Sheet {
            path: path.to_owned(),
            encoding,
            separator,
            skip_lines: file.skip_lines,
            columns: vec![],
        };
        let head = sheet.rows()?.next().context("the file is empty")??;
        sheet.require_encoding(&head)?;
        sheet.columns = (0..head.width()).map(|column| head.cell(column).into_owned()).collect();
        ensure!(!sheet.columns.is_empty(), "line {} names no column", head.line);
        Ok(sheet)
    }

    /// Reads the file from end to end once, so that nothing begins that its encoding would stop half-way. Gives the
    /// number of rows.
    ///
    /// # Errors
    /// When a line is not in the encoding of the map.
    pub fn survey(&self) -> anyhow::Result<u64> {
        let mut count = 0;
        for row in self.body()? {
            self.require_encoding(&row?)?;
            count += 1;
        }
        Ok(count)
    }

    /// The rows below the column names, read as they are asked for; lines without any text are left out.
    ///
    /// # Errors
    /// When the file cannot be opened again.
    pub fn body(&self) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Row>>> {
        let filled = |row: &anyhow::Result<Row>| row.as_ref().map_or(true, |row| row.width() > 0);
        Ok(self.rows()?.skip(1).filter(filled))
    }

    fn rows(&self) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Row>>> {
        let file = File::open(&self.path).with_context(|| format!("cannot open {}", self.path.display()))?;
        let mut source = BufReader::new(file);
        skip(&mut source, self.skip_lines)?;
        if self.skip_lines == 0 && source.fill_buf()?.starts_with(UTF_8_MARK) {
            source.seek_relative(3)?;
        }
        // A record ends with its line feed and with nothing else, so that lines can be counted; the last one may lack it.
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(self.separator)
            .terminator(csv::Terminator::Any(b'\n'))
            .has_headers(false)
            .flexible(true)
            .from_reader(source.chain(&b"\n"[..]));
        let (encoding, above) = (self.encoding, u64::try_from(self.skip_lines)?);
        Ok(std::iter::from_fn(move || {
            let mut cells = csv::ByteRecord::new();
            match reader.read_byte_record(&mut cells) {
                Ok(false) => None,
                Ok(true) => {
                    let within = cells.iter().flatten().filter(|byte| **byte == b'\n').count() as u64;
                    let line = reader.position().line() - 1 - within + above;
                    Some(Ok(Row { line, cells: without_return(cells), encoding }))
                }
                Err(error) => Some(Err(error.into())),
            }
        }))
    }

    fn require_encoding(&self, row: &Row) -> anyhow::Result<()> {
        let right =
            |cell: &[u8]| self.encoding.decode_without_bom_handling_and_without_replacement(cell).is_some();
        if row.cells.iter().all(right) {
            return Ok(());
        }
        bail!(
            "line {} is not written in {}. Save the spreadsheet as \"CSV UTF-8\", or name its encoding in the map: \
             [file] encoding = \"windows-1252\" (what Excel writes on Windows in Western languages)",
            row.line,
            self.encoding.name()
        )
    }
}

fn encoding(name: &str) -> anyhow::Result<&'static Encoding> {
    let encoding = Encoding::for_label(name.as_bytes());
    match encoding.filter(|encoding| *encoding == UTF_8 || encoding.is_single_byte()) {
        Some(encoding) => Ok(encoding),
        None => {
            bail!("encoding = \"{name}\": only utf-8 and one-byte encodings such as windows-1252 are read")
        }
    }
}

fn refuse_utf_16(beginning: &[u8]) -> anyhow::Result<()> {
    let marked = [b"\xff\xfe", b"\xfe\xff"].iter().any(|mark| beginning.starts_with(*mark));
    ensure!(!marked, "the file is written in UTF-16 (\"Unicode text\"); save it as \"CSV UTF-8\"");
    Ok(())
}

fn skip(source: &mut impl BufRead, lines: usize) -> anyhow::Result<()> {
    for _ in 0..lines {
        source.skip_until(b'\n')?;
    }
    Ok(())
}

/// The separator that stands most often in the line of column names, outside quotes.
fn found_out(line: &[u8]) -> anyhow::Result<u8> {
    let mut quoted = false;
    let mut counts = [0_usize; SEPARATORS.len()];
    for byte in line {
        quoted ^= *byte == b'"';
        if !quoted && let Some(at) = SEPARATORS.iter().position(|known| *known == char::from(*byte)) {
            counts[at] += 1;
        }
    }
    let (at, most) =
        counts.iter().enumerate().max_by_key(|(at, count)| (**count, usize::MAX - at)).unwrap_or((0, &0));
    ensure!(
        *most > 0,
        "the line of column names has no comma, semicolon, tab or bar; say what separates the cells ([file] separator) \
         or how many lines stand above it (skip_lines)"
    );
    Ok(SEPARATORS[at] as u8)
}

/// A record without the carriage return that stands before a line feed on Windows.
fn without_return(cells: csv::ByteRecord) -> csv::ByteRecord {
    let last = cells.len().saturating_sub(1);
    if cells.get(last).is_none_or(|cell| !cell.ends_with(b"\r")) {
        return cells;
    }
    let trimmed = |(at, cell): (usize, &'_ [u8])| match cell.strip_suffix(b"\r") {
        Some(rest) if at == last => rest.to_vec(),
        _ => cell.to_vec(),
    };
    cells.iter().enumerate().map(trimmed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Told = (Vec<String>, Vec<(u64, Vec<String>)>);

    fn sheet(bytes: &[u8], file: FileMap) -> anyhow::Result<Told> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("sheet.csv");
        std::fs::write(&path, bytes)?;
        let sheet = Sheet::open(&path, &file)?;
        let rows: Vec<Row> = sheet.body()?.collect::<Result<_, _>>()?;
        assert_eq!(sheet.survey()?, rows.len() as u64);
        let cells = |row: &Row| (0..row.width()).map(|column| row.cell(column).into_owned()).collect();
        let rows = rows.iter().map(|row| (row.line, cells(row))).collect();
        Ok((sheet.columns, rows))
    }

    #[test]
    fn a_file_is_read_as_spreadsheet_programs_write_it() {
        let cases: [(&[u8], FileMap); 4] = [
            (b"\xef\xbb\xbfNo.,Name\r\n1,\"Pe\xc3\xb1a, Ana\"\r\n", FileMap::default()),
            (b"No.;Name\n1;\"Pe\xc3\xb1a, Ana\"\n", FileMap::default()),
            (b"No.\tName\n1\tPe\xc3\xb1a, Ana", FileMap::default()),
            (
                b"No.;Name\n1;Pe\xf1a, Ana\n",
                FileMap { encoding: "windows-1252".into(), ..FileMap::default() },
            ),
        ];
        for (bytes, file) in cases {
            let (columns, rows) = sheet(bytes, file).expect("read");
            assert_eq!(columns, ["No.", "Name"]);
            assert_eq!(rows, [(2, vec!["1".to_owned(), "Peña, Ana".to_owned()])]);
        }
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        let file = FileMap { skip_lines: 2, ..FileMap::default() };
        let (_, rows) = sheet(b"Desk\n2026\nNo.,Note\n1,\"two\nlines\"\n,\n\n2,x\n", file).expect("read");
        assert_eq!(rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4, 8]);
    }

    #[test]
    fn another_encoding_is_told_with_its_line_before_anything_is_read() {
        let wrong =
            sheet(b"No.,Name\n1,Ana\n2,Pe\xf1a\n", FileMap::default()).expect_err("refused").to_string();
        assert!(wrong.contains("line 3") && wrong.contains("windows-1252"), "{wrong}");
        let wide = sheet(b"\xff\xfeN\0o\0", FileMap::default()).expect_err("refused").to_string();
        assert!(wide.contains("UTF-16"), "{wide}");
        let odd = FileMap { encoding: "utf-16le".into(), ..FileMap::default() };
        assert!(sheet(b"No.,Name\n", odd).is_err());
        assert!(sheet(b"Name\nAna\n", FileMap::default()).is_err(), "one column needs its separator said");
    }
}
