// Opens every cell of every report of a ledger and adds up the entries behind it. What is asked in
// other ways than by default is opened in every twentieth row.
// Usage: npx tsx scripts/check-cells.ts LEDGER-FOLDER

import { openLedger } from "../src/app/ledger.ts";
import { ASKED, NO_SUMS, openCells } from "./check-cells/every-cell.ts";

const STEP = 20;

const [dir] = process.argv.slice(2);
if (dir === undefined) throw new Error("usage: check-cells.ts LEDGER-FOLDER");
const ledger = openLedger(dir, { mode: "read" });
const opened = openCells(ledger);
const whole = new Set<string>();
let failures = 0;
for (const asked of ASKED) {
  const nth = whole.has(asked.report) ? STEP : 1;
  whole.add(asked.report);
  const { cells, entries, wrong, closed } = opened.open(asked, nth);
  const unknown = [...closed].filter((column) => !(column in NO_SUMS));
  const how = JSON.stringify(asked.query);
  console.log(
    `  ${asked.report} ${how}: ${cells} cells, ${entries} entries, ${wrong.length} wrong`,
  );
  for (const text of [...wrong.slice(0, 10), ...unknown]) console.log(`    ${text}`);
  failures += wrong.length + unknown.length;
}
opened.close();
ledger.close();
if (failures > 0) throw new Error(`${failures} cells do not open into entries that add up to them`);
