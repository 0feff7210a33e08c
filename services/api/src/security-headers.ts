// Helmet's headers on every answer. They matter to the pages (/docs, /queues) and do no harm elsewhere.

import helmet from "helmet";

/**
 * Helmet's defaults, but stricter: nothing comes from another host, styles and fonts neither. And without one directive: inside a cluster the API is served without TLS, where
 * upgrade-insecure-requests would make the browser ask for /docs' own files over https, in vain.
 */
export function securityHeaders() {
  return helmet({
    contentSecurityPolicy: {
      directives: {
        styleSrc: ["'self'", "'unsafe-inline'"], // both libraries write style attributes
        fontSrc: ["'self'", "data:"],
        upgradeInsecureRequests: null,
      },
    },
  });
}
