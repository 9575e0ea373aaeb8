// What stands on top of every handed-over file: which ledger, as of where, and whether it is a demo.

import { fill, type Language, type Text } from "../../kernel/text.ts";
import { DEMO_LABEL } from "../texts.ts";
import type { HandOver } from "./export.ts";
import type { Snapshot } from "./snapshot.ts";

const LINES = {
  what: { zh: "{title}，由善账 (Almoner) 导出", en: "{title}, exported by Almoner (善账)" },
  ledger: { zh: "账本：{name}", en: "Ledger: {name}" },
  entry: { zh: "截至条目 {entry}，记录时间 {at}", en: "As of entry {entry}, recorded {at}" },
  day: { zh: "业务日期截至 {day}", en: "Business dates up to {day}" },
  root: { zh: "日志根哈希 {root}", en: "Root hash of the log {root}" },
} as const satisfies Record<string, Text>;

type Told = { readonly language: Language; readonly root: string | null };

/** The lines, the demo label first. */
export function aboutLines(
  { title }: Pick<HandOver, "title">,
  { books, asOf }: Snapshot,
  { language, root }: Told,
): string[] {
  const say = (text: Text, params: Readonly<Record<string, unknown>> = {}) =>
    fill(text[language], params);
  const ledger = books.ledger.get("ledger");
  const { entry, recordedAt, businessDate } = asOf;
  return [
    ...(ledger?.demo ? [say(DEMO_LABEL)] : []),
    say(LINES.what, { title: say(title) }),
    ...(ledger ? [say(LINES.ledger, { name: ledger.name })] : []),
    say(LINES.entry, { entry, at: recordedAt ?? "-" }),
    ...(businessDate === null ? [] : [say(LINES.day, { day: businessDate })]),
    ...(root === null ? [] : [say(LINES.root, { root })]),
  ];
}
