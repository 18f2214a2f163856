//! Error codes of Microsoft Graph that may be shown. Anything else is `other`: a code is text from outside.

use crate::codes::codes;

codes! {
    /// A code from the `error.code` member of a Graph answer, or the `error` of a token answer.
    GraphCode {
        /// 429
        TooManyRequests = "TooManyRequests",
        /// 403 of Intune
        Forbidden = "Forbidden",
        /// 403
        AccessDenied = "AccessDenied",
        /// 403 of directory services
        AuthorizationRequestDenied = "Authorization_RequestDenied",
        /// 401
        InvalidAuthenticationToken = "InvalidAuthenticationToken",
        /// 404
        ResourceNotFound = "ResourceNotFound",
        /// 404
        NotFound = "NotFound",
        /// 404 of directory services
        RequestResourceNotFound = "Request_ResourceNotFound",
        /// 400
        BadRequest = "BadRequest",
        /// 400 of directory services
        RequestBadRequest = "Request_BadRequest",
        /// 400 of directory services
        RequestUnsupportedQuery = "Request_UnsupportedQuery",
        /// 400 or 500 of Intune
        InternalError = "InternalError",
        /// 500
        InternalServerError = "InternalServerError",
        /// 503
        ServiceUnavailable = "ServiceUnavailable",
        /// 412
        ConditionNotMet = "ConditionNotMet",
        /// 409 of directory services
        DirectoryConcurrencyViolation = "Directory_ConcurrencyViolation",
        /// Token endpoint
        InvalidClient = "invalid_client",
        /// Token endpoint
        UnauthorizedClient = "unauthorized_client",
        /// Token endpoint
        InvalidScope = "invalid_scope",
        /// Token endpoint
        InvalidRequest = "invalid_request",
        /// 403 of Intune: another administrator has to approve the write
        ApprovalRequired = "ApprovalRequired",
        /// 400 or 409 of directory services
        MultipleObjectsWithSameKeyValue = "Request_MultipleObjectsWithSameKeyValue",
        /// 409 of Intune
        Conflict = "Conflict",
    }
}
