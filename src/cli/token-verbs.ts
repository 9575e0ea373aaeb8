// API tokens: made, listed and ended here, where the ledger's folder is.

import { createAccess, type TokenRequest } from "../app/access.ts";
import type { Text } from "../kernel/text.ts";
import { EXIT, failure } from "./failure.ts";
import { checkLedger } from "./local-backend.ts";
import type { Session } from "./session.ts";

export type TokenFlags = { readonly role: string; readonly name: string; readonly days?: string };

/** Makes a token and shows it; it cannot be shown again. */
export function createTokenVerb(session: Session, { role, name, days }: TokenFlags): void {
  withAccess(session, (access) => {
    const request = { role: role as TokenRequest["role"], name };
    const token = access.create(days === undefined ? request : { ...request, days: Number(days) });
    session.answer({ token });
    session.line(token);
    const once = { zh: "令牌只显示这一次，请妥善保存", en: "shown only this once; keep it safe" };
    process.stderr.write(`${session.say(once)}\n`);
  });
}

const TOKEN_COLUMNS: readonly Text[] = [
  { zh: "编号", en: "id" },
  { zh: "角色", en: "role" },
  { zh: "名称", en: "name" },
  { zh: "创建", en: "created" },
  { zh: "到期", en: "expires" },
  { zh: "撤销", en: "revoked" },
];

/** Lists tokens without their secrets. */
export function listTokensVerb(session: Session): void {
  withAccess(session, (access) => {
    const tokens = access.list().map(({ createdAt, expiresAt, revokedAt, ...token }) => ({
      ...token,
      createdAt: new Date(createdAt).toISOString(),
      expiresAt: new Date(expiresAt).toISOString(),
      revokedAt: revokedAt === null ? null : new Date(revokedAt).toISOString(),
    }));
    session.answer({ tokens });
    session.table(
      TOKEN_COLUMNS.map((title) => ({ title: session.say(title), kind: "text" })),
      tokens.map((token) => [
        token.id,
        token.role,
        token.name,
        token.createdAt,
        token.expiresAt,
        token.revokedAt,
      ]),
    );
  });
}

/** Ends a token at once. */
export function revokeTokenVerb(session: Session, id: string): void {
  withAccess(session, (access) => {
    if (!access.revoke(id))
      throw failure(EXIT.refused, {
        zh: `没有有效的令牌 ${id}：\`almoner token list\``,
        en: `no live token ${id}: \`almoner token list\``,
      });
    session.answer({ revoked: id });
    session.line(`${session.say({ zh: "已撤销", en: "revoked" })} ${id}`);
  });
}

function withAccess(session: Session, work: (access: ReturnType<typeof createAccess>) => void) {
  checkLedger(session.data);
  const access = createAccess(session.data);
  try {
    work(access);
  } finally {
    access.close();
  }
}
