//! Checks the catalogue of texts and turns its keys into Rust constants, so that a text missing in one
//! language, or misspelt in the code, stops the build instead of reaching a person.

#[path = "build/catalogue.rs"]
mod catalogue;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    println!("cargo:rerun-if-changed=locales");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=templates");
    let (Some(root), Some(out)) = (std::env::var_os("CARGO_MANIFEST_DIR"), std::env::var_os("OUT_DIR"))
    else {
        eprintln!("build.rs is run by cargo");
        return ExitCode::FAILURE;
    };
    match generate(&PathBuf::from(root).join("locales"), &PathBuf::from(out).join("texts.rs")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(complaints) => {
            eprintln!("The catalogue of texts in locales/ is not right:");
            for complaint in complaints {
                eprintln!("  {complaint}");
            }
            ExitCode::FAILURE
        }
    }
}

fn generate(locales: &Path, target: &Path) -> Result<(), Vec<String>> {
    let files = catalogue::read(locales).map_err(|error| vec![error.to_string()])?;
    let keys = catalogue::check(&files)?;
    std::fs::write(target, catalogue::rust_source(&files, &keys)).map_err(|error| vec![error.to_string()])
}
