// API tokens: made, listed and ended, in the ledger's folder or through its server.

import { tokenRequest } from "../app/access.ts";
import type { Text } from "../kernel/text.ts";
import { EXIT, failure } from "./failure.ts";
import { readFlags } from "./read-flags.ts";
import type { Session } from "./session.ts";
import { upkeepOf } from "./upkeep.ts";

export type TokenFlags = { readonly role: string; readonly name: string; readonly days?: string };

/** Makes a token and shows it; it cannot be shown again. */
export async function createTokenVerb(
  session: Session,
  { role, name, days }: TokenFlags,
): Promise<void> {
  const life = days === undefined ? {} : { days: Number(days) };
  const request = readFlags(tokenRequest, { role, name, ...life });
  const made = await upkeepOf(session).createToken(request);
  session.answer(made);
  session.line(made.token);
  const once = { zh: "令牌只显示这一次，请妥善保存", en: "shown only this once; keep it safe" };
  process.stderr.write(`${session.say(once)}\n`);
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
export async function listTokensVerb(session: Session): Promise<void> {
  const tokens = await upkeepOf(session).tokens();
  session.answer({ tokens });
  session.table(
    TOKEN_COLUMNS.map((title) => ({ title: session.say(title), kind: "text" })),
    tokens.map(({ id, role, name, createdAt, expiresAt, revokedAt }) => [
      id,
      role,
      name,
      createdAt,
      expiresAt,
      revokedAt,
    ]),
  );
}

/** Ends a token at once. */
export async function revokeTokenVerb(session: Session, id: string): Promise<void> {
  if (!(await upkeepOf(session).revokeToken(id)))
    throw failure(EXIT.refused, {
      zh: `没有有效的令牌 ${id}：\`almoner token list\``,
      en: `no live token ${id}: \`almoner token list\``,
    });
  session.answer({ revoked: id });
  session.line(`${session.say({ zh: "已撤销", en: "revoked" })} ${id}`);
}
