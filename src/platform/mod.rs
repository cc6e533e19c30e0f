//! What would be true of any web service. Knows no feature of the desk.

pub mod app;
pub mod calendar;
pub mod config;
pub mod crypto;
pub mod db;
pub mod error;
pub mod html;
pub mod http;
pub mod id;
pub mod jobs;
pub mod mail;
pub mod metrics;
pub mod outbound;
pub mod page;
pub mod patch;
pub mod postgres;
pub mod receipts;
pub mod table;
pub mod telemetry;
pub mod text;
pub mod tokens;
pub mod validate;
