//! Who asks, and what they may do. [`Actor`] comes with every request; [`permission`] is the one table.

mod actor;
pub mod permission;
pub mod session;

use actix_web::ResponseError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

pub use actor::Actor;
pub use permission::{Permission, Role};

/// Lets nobody near an operation without a token that counts: a body is not even read before. `is_public` names the paths
/// that need none.
///
/// # Errors
/// Passes on those of the services inside.
pub async fn admit(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    is_public: fn(&str) -> bool,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if request.path().starts_with("/api/v1/") && !is_public(request.path()) {
        // The extractor keeps the actor for the handler, so the session is read once a request.
        if let Err(refusal) = request.extract::<Actor>().await {
            return Ok(request.into_response(refusal.error_response()));
        }
    }
    next.call(request).await.map(ServiceResponse::map_into_boxed_body)
}
