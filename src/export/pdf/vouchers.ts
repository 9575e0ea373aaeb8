// Vouchers (记账凭证) in the form that Chinese bookkeepers file: one box each, with what happened, the
// accounts, debit and credit, the total in capital numerals, and who made and who checked it.

import type { Row } from "../../../projections/reports/report.ts";
import { chineseAmount } from "../../kernel/chinese-amount.ts";
import { formatAmount, groupThousands, minorOf } from "../../kernel/money.ts";
import type { Text } from "../../kernel/text.ts";
import type { Sheet } from "../sheet.ts";
import { currencyOf } from "../totals.ts";
import { SIZE } from "./columns.ts";
import { BOTTOM, createPaper, MARGIN, type Page, type Paper } from "./paper.ts";
import { wrapped } from "./wrap.ts";

/** A4, standing: three short vouchers, or one long one, on a page. */
const SIZE_OF_PAGE = { width: 595, height: 842 };
const LINE = 20;
const TEXT_LINE = 9;
const LINES_MIN = 5;
/** Lines of one box; a longer voucher goes on in another. */
const LINES_MAX = 28;
const HEAD = 42;
const FOOT = 34;

const WORDS = {
  voucher: { zh: "记 账 凭 证", en: "Voucher" },
  number: { zh: "{voucher} 号", en: "No. {voucher}" },
  part: { zh: "（{at}/{of}）", en: " ({at}/{of})" },
  host: { zh: "单位：{host}", en: "Host: {host}" },
  documents: { zh: "附件 {count} 张", en: "{count} documents" },
  summary: { zh: "摘要", en: "Summary" },
  account: { zh: "会计科目", en: "Account" },
  debit: { zh: "借方金额", en: "Debit" },
  credit: { zh: "贷方金额", en: "Credit" },
  total: { zh: "合计 {currency}：{words}", en: "Total {currency} {words}" },
  carried: { zh: "转下张", en: "carried on" },
  posted: { zh: "记账：", en: "Posted by:" },
  checked: { zh: "审核：{name}", en: "Checked by: {name}" },
  cashier: { zh: "出纳：", en: "Cashier:" },
  made: { zh: "制单：{name}", en: "Made by: {name}" },
} as const satisfies Record<string, Text>;

/** Where the columns begin, from the left margin: summary, account, debit, credit, the end. */
const EDGES = [0, 150, 343, 433, 523] as const;

/** The bytes of a PDF file of vouchers. */
export function* vouchersPdfOf(sheet: Sheet): Generator<Uint8Array> {
  const paper = createPaper(sheet, SIZE_OF_PAGE);
  let page = paper.write(paper.open(), sheet.about);
  page.y -= LINE;
  for (const lines of vouchersIn(sheet.rows)) {
    const parts = Math.ceil(lines.length / LINES_MAX);
    for (let at = 0; at < parts; at++) {
      const shown = lines.slice(at * LINES_MAX, (at + 1) * LINES_MAX);
      if (page.y - heightOf(shown) < BOTTOM) {
        paper.finish(page);
        yield* paper.pdf.take();
        page = paper.open();
      }
      drawVoucher(paper, page, { lines, shown, at: at + 1, of: parts });
    }
  }
  paper.close(page);
  yield* paper.pdf.take();
}

/** The lines of one voucher after the other; a number counts anew each month. */
function* vouchersIn(rows: Iterable<Row>): Generator<Row[]> {
  const keyOf = (row: Row) => `${row["host"]}|${row["date"]}|${row["voucher"]}`;
  let lines: Row[] = [];
  for (const row of rows) {
    const [first] = lines;
    if (first && keyOf(first) !== keyOf(row)) {
      yield lines;
      lines = [];
    }
    lines.push(row);
  }
  if (lines.length > 0) yield lines;
}

type Box = {
  /** All lines of the voucher, and those in this box. */
  readonly lines: readonly Row[];
  readonly shown: readonly Row[];
  readonly at: number;
  readonly of: number;
};

function heightOf(shown: readonly Row[]): number {
  return HEAD + (Math.max(shown.length, LINES_MIN) + 2) * LINE + FOOT;
}

function drawVoucher(paper: Paper, page: Page, box: Box): void {
  const { sheet, font } = paper;
  const { say } = sheet;
  const { pen } = page;
  const [first = {}] = box.lines;
  const end = MARGIN + EDGES[4];
  const title = page.y - 4;
  pen.centred(MARGIN + EDGES[4] / 2, title, say(WORDS.voucher), 13);
  const part = box.of > 1 ? say(WORDS.part, { at: box.at, of: box.of }) : "";
  const number = `${say(WORDS.number, { voucher: first["voucher"] })}${part}`;
  const count = say(WORDS.documents, { count: first["attachments"] ?? "0" });
  const under = title - 18;
  pen.text(MARGIN, under, say(WORDS.host, { host: first["host"] }), SIZE);
  pen.centred(MARGIN + EDGES[4] / 2, under, first["date"] ?? "", SIZE);
  pen.right(end, under, `${number}  ${count}`, { size: SIZE, room: 170 });
  const top = page.y - HEAD + 12;
  const places = Math.max(box.shown.length, LINES_MIN);
  const headings = [WORDS.summary, WORDS.account, WORDS.debit, WORDS.credit].map((word) =>
    say(word),
  );
  for (const [at, heading] of headings.entries()) {
    const middle = ((EDGES[at] ?? 0) + (EDGES[at + 1] ?? 0)) / 2;
    pen.centred(MARGIN + middle, top - 13, heading, SIZE);
  }
  for (const [at, row] of box.shown.entries())
    drawLine(paper, page, { row, y: top - LINE * (at + 1) });
  const bottom = top - LINE * (places + 2);
  for (let y = top; y >= bottom; y -= LINE) pen.line([MARGIN, y], [end, y]);
  for (const [at, edge] of EDGES.entries()) {
    // The total in words takes the room of the summary and the account.
    pen.line([MARGIN + edge, top], [MARGIN + edge, at === 1 ? bottom + LINE : bottom]);
  }
  drawTotal(paper, page, { box, y: bottom + LINE });
  const signs = [
    say(WORDS.posted),
    say(WORDS.checked, { name: first["checker"] ?? "" }),
    say(WORDS.cashier),
    say(WORDS.made, { name: first["maker"] ?? "" }),
  ];
  for (const [at, sign] of signs.entries()) {
    const [text = ""] = wrapped(sign, 126, (character) => font.widthOf(character, SIZE));
    pen.text(MARGIN + 4 + at * 130, bottom - 13, text, SIZE);
  }
  page.y -= heightOf(box.shown);
}

type Placed = { readonly row: Row; readonly y: number };

function drawLine({ sheet, font }: Paper, { pen }: Page, { row, y }: Placed): void {
  const suffix = sheet.language === "zh" ? "Zh" : "En";
  const account = [row["account"], row[`name${suffix}`], row["fundName"]].filter(Boolean).join(" ");
  const texts = [row[`summary${suffix}`] ?? "", account];
  for (const [at, text] of texts.entries()) {
    const room = (EDGES[at + 1] ?? 0) - (EDGES[at] ?? 0) - 8;
    const lines = wrapped(text, room, (character) => font.widthOf(character, SIZE));
    const [one = "", two] = lines.length > 2 ? [lines[0], `${lines[1]?.slice(0, -1)}…`] : lines;
    const down = two === undefined ? y - 13 : y - 8;
    pen.text(MARGIN + (EDGES[at] ?? 0) + 4, down, one, SIZE);
    if (two !== undefined) pen.text(MARGIN + (EDGES[at] ?? 0) + 4, down - TEXT_LINE, two, SIZE);
  }
  for (const [at, name] of (["debit", "credit"] as const).entries()) {
    drawAmount(pen, at + 3, { text: row[name] ?? "", y });
  }
}

function drawAmount(
  pen: Page["pen"],
  edge: number,
  { text, y }: { text: string; y: number },
): void {
  pen.right(MARGIN + (EDGES[edge] ?? 0) - 4, y - 13, groupThousands(text), {
    size: SIZE,
    room: 82,
  });
}

// The total stands on the last box of a voucher; in words when it is in yuan.
function drawTotal({ sheet }: Paper, { pen }: Page, { box, y }: { box: Box; y: number }): void {
  const { lines, at, of } = box;
  if (at < of) {
    pen.text(MARGIN + 4, y - 13, sheet.say(WORDS.carried), SIZE);
    return;
  }
  const [first = {}] = lines;
  const currency = currencyOf(first);
  const [debit, credit] = (["debit", "credit"] as const).map((name) =>
    lines.reduce((sum, row) => sum + (row[name] ? minorOf(row[name], currency) : 0n), 0n),
  );
  const words = currency === "CNY" ? chineseAmount(debit ?? 0n) : "";
  pen.text(MARGIN + 4, y - 13, sheet.say(WORDS.total, { currency, words }), SIZE);
  drawAmount(pen, 3, { text: formatAmount(debit ?? 0n, currency), y });
  drawAmount(pen, 4, { text: formatAmount(credit ?? 0n, currency), y });
}
