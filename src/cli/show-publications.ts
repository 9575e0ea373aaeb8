// Published figures as a table.

import type { Publication } from "../app/figures.ts";
import { groupThousands } from "../kernel/money.ts";
import type { Session } from "./session.ts";

/** A figure published, with the size of the log it was worked out at. */
export function showPublications(session: Session, data: readonly Publication[]): void {
  session.table(
    [
      { title: session.say({ zh: "条目", en: "Entry" }), kind: "text" },
      { title: session.say({ zh: "数字", en: "Figure" }), kind: "text" },
      { title: session.say({ zh: "行", en: "Row" }), kind: "text" },
      { title: session.say({ zh: "截至", en: "As of" }), kind: "text" },
      { title: session.say({ zh: "结果", en: "Value" }), kind: "money" },
      { title: session.say({ zh: "币种", en: "Currency" }), kind: "text" },
      { title: session.say({ zh: "依据条数", en: "Entries" }), kind: "count" },
    ],
    data.map((each) => [
      `#${each.entry}`,
      each.figure,
      Object.entries(each.row)
        .map(([name, value]) => `${name}=${value}`)
        .join(" "),
      [`#${each.size}`, each.upTo].filter((part) => part !== undefined).join(" · "),
      groupThousands(each.value),
      each.currency ?? null,
      String(each.entries),
    ]),
  );
}
