// Who may call a route. Every route names its policy; one without makes the start fail, and a
// request that finds none is denied.

import type { FastifyInstance, FastifyRequest, RouteOptions } from "fastify";
import type { Access, Identity } from "../app/access.ts";
import type { Role } from "../domain/fact.ts";
import { problemError } from "./problems.ts";

/** `public`: everybody. `loopback`: this machine, or a role listed. Otherwise the roles listed. */
export type Policy = "public" | { readonly loopback?: true; readonly roles: readonly Role[] };

declare module "fastify" {
  interface FastifyContextConfig {
    policy?: Policy;
  }
  interface FastifyRequest {
    identity: Identity | undefined;
  }
}

const BEARER = /^Bearer ([\x21-\x7e]{1,100})$/i;
const LOOPBACK = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

/** Signs requests in and holds them to their route's policy, before a body is read. */
export function guardRoutes(app: FastifyInstance, access: Access): void {
  const routes: RouteOptions[] = [];
  app.addHook("onRoute", (route) => void routes.push(route));
  app.addHook("onReady", (done) => {
    const open = routes.find(({ config }) => config?.policy === undefined);
    done(open ? new Error(`route ${open.method} ${open.url} has no policy`) : undefined);
  });
  app.decorateRequest("identity", undefined);
  app.addHook("onRequest", (request, _reply, done) => {
    request.identity = identify(request, access);
    if (!request.is404) enforce(request);
    done();
  });
}

function identify({ headers }: FastifyRequest, access: Access): Identity | undefined {
  if (headers.authorization === undefined) return undefined;
  const token = BEARER.exec(headers.authorization)?.[1];
  const identity = token === undefined ? undefined : access.verify(token);
  // A caller who shows a bad token should learn so, even where none is needed.
  if (!identity) throw problemError("UNAUTHENTICATED");
  return identity;
}

function enforce(request: FastifyRequest): void {
  const { policy } = request.routeOptions.config;
  if (policy === "public") return;
  if (policy?.loopback && isLocal(request)) return;
  if (!request.identity) throw problemError("UNAUTHENTICATED");
  if (!policy?.roles.includes(request.identity.role)) throw problemError("FORBIDDEN");
}

// Behind a proxy on the same machine every caller comes from loopback; its headers tell.
function isLocal({ socket, headers }: FastifyRequest): boolean {
  const forwarded = headers["x-forwarded-for"] ?? headers["forwarded"] ?? headers["via"];
  return forwarded === undefined && LOOPBACK.has(socket.remoteAddress ?? "");
}

/** Who a signed-in request acts as, as it is written into entries. */
export function actorOf({ identity }: FastifyRequest): string {
  if (!identity) throw problemError("UNAUTHENTICATED");
  return `token:${identity.id}`;
}
