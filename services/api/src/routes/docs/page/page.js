// Starts Swagger UI on /docs. A file of its own, because the content security policy forbids inline scripts.
globalThis.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null, // no badge from a server on the internet
});
