// A verdict in words, for a terminal and for the page.

import type { Language, Text } from "../kernel/text.ts";
import type { Lie, Verdict } from "../proof/verdict.ts";

export const VERDICT = {
  pass: { zh: "通过", en: "PASS" },
  fail: { zh: "不通过", en: "FAIL" },
} satisfies Record<string, Text>;

/** The lines of a verdict: each step with what was counted, then the outcome, then the first lie. */
export function verdictLines(verdict: Verdict, language: Language): string[] {
  const steps = verdict.steps.map(
    ({ name, pass, detail }) => `${pass ? "✓" : "✗"} ${name[language]}: ${detail[language]}`,
  );
  const outcome = VERDICT[verdict.pass ? "pass" : "fail"][language];
  const lie = verdict.firstLie ? [lieLine(verdict.firstLie, language)] : [];
  return [...steps, outcome, ...lie];
}

/** Where the evidence contradicts itself, in one line. */
export function lieLine({ what, path, entry, offset }: Lie, language: Language): string {
  const where = [
    path,
    entry === undefined ? undefined : { zh: `第 ${entry} 条`, en: `entry ${entry}` }[language],
    offset === undefined ? undefined : { zh: `第 ${offset} 字节`, en: `byte ${offset}` }[language],
  ];
  return `${where.filter((part) => part !== undefined).join(" · ")}: ${what[language]}`;
}
