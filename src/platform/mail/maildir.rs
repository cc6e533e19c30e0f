//! A mailbox directory (Maildir): what a local mail server delivered into a folder, one file a mail.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::ensure;

/// A mailbox directory.
#[derive(Debug, Clone)]
pub struct Maildir {
    folder: PathBuf,
}

impl Maildir {
    /// The mailbox in `folder`.
    ///
    /// # Errors
    /// When it is none: a Maildir has the folders `new` and `cur`.
    pub fn open(folder: &Path) -> anyhow::Result<Maildir> {
        for part in ["new", "cur"] {
            ensure!(
                folder.join(part).is_dir(),
                "{} is no Maildir: it has no folder {part}",
                folder.display()
            );
        }
        Ok(Maildir { folder: folder.to_owned() })
    }

    /// At most so many mails nobody has looked at, the oldest first.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn arrivals(&self, most: usize) -> io::Result<Vec<PathBuf>> {
        let mut entries = tokio::fs::read_dir(self.folder.join("new")).await?;
        let mut files = vec![];
        while let Some(entry) = entries.next_entry().await? {
            // A link or a folder is nothing a mail server delivers.
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if !hidden && entry.file_type().await?.is_file() {
                files.push(entry.path());
            }
        }
        // Names begin with the second of delivery.
        files.sort();
        files.truncate(most);
        Ok(files)
    }

    /// A mail's bytes; `None` when it is larger than `largest`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn read(&self, file: &Path, largest: usize) -> io::Result<Option<Vec<u8>>> {
        let size = tokio::fs::metadata(file).await?.len();
        if usize::try_from(size).is_ok_and(|size| size <= largest) {
            tokio::fs::read(file).await.map(Some)
        } else {
            Ok(None)
        }
    }

    /// Leaves a mail for a person: in `cur`, marked as seen.
    ///
    /// # Errors
    /// When it cannot be moved.
    pub async fn set_aside(&self, file: &Path) -> io::Result<()> {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = name.split(':').next().unwrap_or_default();
        tokio::fs::rename(file, self.folder.join("cur").join(format!("{name}:2,S"))).await
    }

    /// Removes a mail.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub async fn remove(&self, file: &Path) -> io::Result<()> {
        tokio::fs::remove_file(file).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn mails_are_found_in_order_read_and_put_away() {
        let home = tempfile::tempdir().expect("folder");
        assert!(Maildir::open(home.path()).is_err());
        for part in ["new", "cur", "new/folder"] {
            std::fs::create_dir(home.path().join(part)).expect("folder");
        }
        let new = home.path().join("new");
        for (name, content) in [("2.b", "second"), ("1.a:2,", "first"), (".hidden", "x"), ("3.c", "too long")]
        {
            std::fs::write(new.join(name), content).expect("mail");
        }
        std::os::unix::fs::symlink("/etc/passwd", new.join("0.link")).expect("link");
        let mailbox = Maildir::open(home.path()).expect("a Maildir");
        let found = mailbox.arrivals(10).await.expect("list");
        assert_eq!(found, [new.join("1.a:2,"), new.join("2.b"), new.join("3.c")]);
        assert_eq!(mailbox.arrivals(1).await.expect("list").len(), 1);
        assert_eq!(mailbox.read(&found[0], 6).await.expect("read").as_deref(), Some(&b"first"[..]));
        assert_eq!(mailbox.read(&found[2], 6).await.expect("read"), None);
        mailbox.set_aside(&found[0]).await.expect("moved");
        mailbox.remove(&found[1]).await.expect("removed");
        assert!(home.path().join("cur/1.a:2,S").exists());
        assert_eq!(mailbox.arrivals(10).await.expect("list"), [new.join("3.c")]);
    }
}
