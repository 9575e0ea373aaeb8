// Who may call: tokens with a role and an end, kept beside the log and never in it. A token's text
// is shown once; only its SHA-256 is stored, so a stolen access.db opens nothing.

import { hash, randomBytes, timingSafeEqual } from "node:crypto";
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { z } from "zod";
import { ROLES, type Role } from "../domain/fact.ts";
import { line } from "../domain/schema.ts";
import { inBoth } from "../kernel/in-both.ts";
import { InvalidInput } from "../kernel/invalid-input.ts";
import { readInput } from "../kernel/read-input.ts";
import type { Mode } from "./projections/projection.ts";

/** Longest life of a token, in days. */
export const TOKEN_DAYS_MAX = 90;

const DAY_MS = 86_400_000;
/** How long a revocation made by another process may go unseen. */
const RELOAD_MS = 1_000;
const TOKEN = /^alm_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

const DDL = `CREATE TABLE IF NOT EXISTS token (
  id TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  digest BLOB NOT NULL,
  createdAt INTEGER NOT NULL,
  expiresAt INTEGER NOT NULL,
  revokedAt INTEGER
) STRICT`;

const DAYS = inBoth({
  zh: `1 至 ${TOKEN_DAYS_MAX} 的整数`,
  en: `a whole number from 1 to ${TOKEN_DAYS_MAX}`,
});

export const tokenRequest = z.strictObject({
  role: z.enum(ROLES),
  name: line(80).describe("what the token is for, so that it can be told from others"),
  days: z
    .int(DAYS)
    .min(1, DAYS)
    .max(TOKEN_DAYS_MAX, DAYS)
    .default(TOKEN_DAYS_MAX)
    .describe("how long it lives"),
});
export type TokenRequest = z.input<typeof tokenRequest>;

/** A token without its secret. Instants are milliseconds since the epoch. */
type TokenRecord = {
  readonly id: string;
  readonly role: Role;
  readonly name: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
};

/** The same for people and programs, with its instants in UTC. */
export type ToldToken = Pick<TokenRecord, "id" | "role" | "name"> & {
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
};

/** A token as it is made, with its text, which is shown once. */
export type MadeToken = { readonly id: string; readonly token: string };

export type Identity = { readonly id: string; readonly role: Role };

export type Access = {
  /**
   * Makes a token, whose text cannot be read again.
   * @throws InvalidInput for an unknown role, an empty or long name, or a life beyond 90 days.
   */
  create(request: TokenRequest): MadeToken;
  list(): ToldToken[];
  /** Ends a token at once; false when no live token has this id. */
  revoke(id: string): boolean;
  /** Whose token this is; undefined when it is malformed, unknown, expired or revoked. */
  verify(token: string): Identity | undefined;
  close(): void;
};

type Row = TokenRecord & { readonly digest: Buffer };

/**
 * Opens the tokens of a ledger folder; the file is made when missing, with mode 0600. A reader makes
 * none, and knows the tokens that there are.
 */
export function createAccess(
  dir: string,
  now: () => number = Date.now,
  mode: Mode = "write",
): Access {
  const path = join(dir, "access.db");
  const db = mode === "read" ? openBesideWriter(path) : openPrivate(path);
  const all = db.prepare<[], Row>("SELECT * FROM token ORDER BY createdAt, id");
  const insert = db.prepare(
    "INSERT INTO token VALUES (@id, @role, @name, @digest, @createdAt, @expiresAt, NULL)",
  );
  const end = db.prepare("UPDATE token SET revokedAt = ? WHERE id = ? AND revokedAt IS NULL");
  let tokens = new Map<string, Row>();
  /** By their text, those that were verified since the tokens were read: a hash a request less. */
  const verified = new Map<string, Row>();
  let loadedAt = Number.NEGATIVE_INFINITY;

  function reload(): void {
    tokens = new Map(all.all().map((row) => [row.id, row]));
    verified.clear();
    loadedAt = now();
  }

  function rowOf(token: string): Row | undefined {
    const [, id = "", secret = ""] = TOKEN.exec(token) ?? [];
    const row = tokens.get(id);
    if (!row || !timingSafeEqual(row.digest, digestOf(secret))) return undefined;
    verified.set(token, row);
    return row;
  }

  return {
    create(request) {
      const read = readInput(tokenRequest, request);
      if (!read.success) throw new InvalidInput(read.issues);
      const { role, name, days } = read.data;
      const id = randomBytes(8).toString("hex");
      const secret = randomBytes(32).toString("base64url");
      const createdAt = now();
      const expiresAt = createdAt + days * DAY_MS;
      insert.run({ id, role, name, digest: digestOf(secret), createdAt, expiresAt });
      reload();
      return { id, token: `alm_${id}_${secret}` };
    },
    list: () => all.all().map(told),
    revoke(id) {
      const { changes } = end.run(now(), id);
      reload();
      return changes === 1;
    },
    verify(token) {
      const instant = now();
      if (Math.abs(instant - loadedAt) >= RELOAD_MS) reload();
      const row = verified.get(token) ?? rowOf(token);
      if (!row || row.revokedAt !== null || instant >= row.expiresAt) return undefined;
      return { id: row.id, role: row.role };
    },
    close: () => void db.close(),
  };
}

function openBesideWriter(path: string): Database.Database {
  if (existsSync(path)) return new Database(path, { readonly: true, timeout: 5_000 });
  const db = new Database(":memory:");
  db.exec(DDL);
  return db;
}

function openPrivate(path: string): Database.Database {
  mkdirSync(dirname(path), { recursive: true });
  // Made before SQLite opens it: its own mode would follow the umask.
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
  const db = new Database(path, { timeout: 5_000 });
  db.pragma("synchronous = FULL");
  db.exec(DDL);
  return db;
}

function told({ id, role, name, createdAt, expiresAt, revokedAt }: TokenRecord): ToldToken {
  const instant = (ms: number) => new Date(ms).toISOString();
  return {
    id,
    role,
    name,
    createdAt: instant(createdAt),
    expiresAt: instant(expiresAt),
    revokedAt: revokedAt === null ? null : instant(revokedAt),
  };
}

function digestOf(secret: string): Buffer {
  return hash("sha256", secret, "buffer");
}
