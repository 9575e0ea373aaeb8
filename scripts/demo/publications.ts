// What the demo publishes: its headline figures, and those of the fund that paid for one desk, which
// show that the evidence of this fund is complete.

import type { Division } from "./divisions.ts";
import { fundIdOf } from "./parties.ts";
import { type DemoRequest, LAST_DAY } from "./request.ts";

type Cell = { readonly figure: string; readonly row: Readonly<Record<string, string>> };

const grassroots = (definition: string): Cell => ({
  figure: "grassroots-total.value",
  row: { definition, currency: "CNY" },
});
const counted = (count: string): Cell => ({ figure: "counts.value", row: { count } });

/** Requests to publish; each is of what was recorded before it. */
export function demoPublications(fundOf: Division): DemoRequest[] {
  const fund = { fund: fundIdOf(fundOf), bucket: "*" };
  const cells: Cell[] = [
    grassroots("allocated"),
    grassroots("received"),
    grassroots("disbursed"),
    counted("funds-open-township"),
    counted("funds-open-village"),
    counted("projects-succeeded"),
    { figure: "community-totals.received", row: { community: "320500", currency: "CNY" } },
    { figure: "fund-balances.cash", row: fund },
    { figure: "fund-balances.available", row: fund },
  ];
  return cells.map((cell, n) => ({
    command: "PublishFigure",
    key: `demo-figure-${n + 1}`,
    input: { ...cell, publishedOn: LAST_DAY },
    actor: "demo-approver",
  }));
}
