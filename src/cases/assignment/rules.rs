//! Who may own a case, and who may say so.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::ids::{CaseId, OfficeId, StaffId};
use crate::platform::patch::Patch;

/// Who is to own a case.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignCase {
    /// A worker of the office; null takes it from everybody.
    #[serde(default)]
    #[schema(value_type = Option<StaffId>)]
    pub staff_id: Patch<StaffId>,
    /// Another office, for those responsible for both.
    pub office_id: Option<OfficeId>,
}

/// Who is to own several cases.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignCases {
    /// All of them, or none; 200 at most.
    pub case_ids: Vec<CaseId>,
    /// A worker of each case's office.
    pub staff_id: StaffId,
}
