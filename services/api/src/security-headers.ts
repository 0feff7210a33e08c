// Helmet's headers on every answer. They matter to the one page there is (/docs) and do no harm elsewhere.

import helmet from "helmet";

/**
 * Helmet's defaults but for one directive: inside a cluster the API is served without TLS, where
 * upgrade-insecure-requests would make the browser ask for /docs' own files over https, in vain.
 */
export function securityHeaders() {
  return helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } });
}
