// The API described: OpenAPI 3.1 at /openapi.json and a page to read and try it at /docs.

import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { openApi } from "./openapi.ts";

/** Registers `/openapi.json` and `/docs`. */
export async function docsRoutes(app: FastifyInstance): Promise<void> {
  const document = openApi();
  app.get("/openapi.json", { config: { policy: "public" } }, () => document);
  await app.register(async (scope) => {
    // The plugin knows nothing of policies; everything below /docs is public.
    scope.addHook("onRoute", (route) => {
      route.config = { ...route.config, policy: "public" };
    });
    await scope.register(swagger, {
      mode: "static",
      specification: { document: document as never },
    });
    await scope.register(swaggerUi, { routePrefix: "/docs" });
  });
}
