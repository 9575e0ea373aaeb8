// The fund that a person means: by its id, its name, or the start of its id.

import { UsageError } from "../kernel/usage-error.ts";

type Named = { readonly id: string; readonly name: string };

/**
 * The fund with this id, this exact name, or the only one whose id starts so.
 * @throws UsageError when there is none or more than one.
 */
export function findFund<T extends Named>(funds: readonly T[], text: string): T {
  const exact = funds.find(({ id }) => id === text);
  if (exact) return exact;
  const named = funds.filter(({ name }) => name === text);
  const found = named.length > 0 ? named : funds.filter(({ id }) => id.startsWith(text));
  const [only, second] = found;
  if (only && !second) return only;
  if (!only)
    throw new UsageError({
      zh: `没有基金 ${text}：请看 \`almoner report fund-balances\``,
      en: `no fund ${text}: see \`almoner report fund-balances\``,
    });
  const candidates = found.slice(0, 5).map(({ id, name }) => `${id} ${name}`);
  throw new UsageError({
    zh: [`${text} 不止一个基金，请给出编号：`, ...candidates].join("\n"),
    en: [`${text} is more than one fund; give the id:`, ...candidates].join("\n"),
  });
}
