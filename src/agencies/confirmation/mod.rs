//! Asking agencies whether their entry in the directory is still true, and the pages by which they answer without an
//! account. What is shown there is what the directory shows to every partner, so that the link alone opens it; what the
//! desk alone may write down becomes a task for it.

pub mod answers;
pub mod asking;
pub mod desk;
pub mod jobs;
pub mod links;
pub mod model;
pub mod pages;
pub mod routes;
pub mod rules;
pub mod scenes;
pub mod visitor;
