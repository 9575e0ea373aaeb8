// Published figures against the entries they follow from, in the same pass that proves the tree.
// What to recompute is found by a first look over the entries; that look is believed in nothing: the
// proven pass must meet exactly the same publications.

import { figurePublished } from "../domain/books/publish-figure.ts";
import { decodeEvent, type StoredEvent } from "../domain/event.ts";
import { factOfType } from "../domain/facts.ts";
import { ledgerOpened } from "../domain/parties/open-ledger.ts";
import type { Text } from "../kernel/text.ts";
import { concatBytes, firstDifference, fromUtf8, hashFromBase64 } from "./bytes.ts";
import { arithmeticOf, createFigureFold, differenceOf, type FigureSum } from "./figure-fold.ts";
import { firstLook } from "./first-look.ts";
import { createKeyChanges } from "./key-changes.ts";
import { numberedLine } from "./numbered-entries.ts";
import type { TrustedCheckpoint } from "./policy.ts";
import { isProofError } from "./proof-error.ts";
import type { Fetch } from "./read-tree.ts";
import { bundlePath, TILE_WIDTH } from "./tile.ts";
import type { NamedFile } from "./trust.ts";
import type { Lie, Step } from "./verdict.ts";
import type { EntryChecks, VerifiedTree } from "./verify.ts";

/** A figure that an entry published. */
export type PublishedFigure = ReturnType<typeof publishedIn>;

/** A published figure and what the entries give. */
export type CheckedFigure = {
  readonly published: PublishedFigure;
  readonly sum: FigureSum | undefined;
  readonly lie: Lie | undefined;
};

export type FigureChecks = EntryChecks & {
  /** What came out; empty before the checks have finished. */
  results(): readonly CheckedFigure[];
};

/**
 * Looks for publications among the entries of a log, and readies their recomputation. A list of the
 * publications that came along must be theirs, byte for byte.
 */
export async function figureChecks(
  fetch: Fetch,
  head: TrustedCheckpoint,
  listed?: NamedFile,
): Promise<FigureChecks> {
  const { size } = head;
  const keys = createKeyChanges();
  const claims = await findPublished(fetch, size);
  const list: Uint8Array[] = [];
  const fold = createFigureFold(claims);
  let results: readonly CheckedFigure[] = [];
  let met = 0;
  let demo = false;
  let lie: Lie | undefined;
  return {
    results: () => results,
    onEntry(entry, bytes) {
      if (lie) return;
      try {
        const event = readEntry(entry, bytes);
        if (event.type === figurePublished.type) {
          const claim = claims[met];
          if (!claim || !isSame(claim, publishedIn(event))) throw new RangeError("told otherwise");
          met += 1;
          if (listed) list.push(numberedLine({ entry, bytes }));
        }
        demo ||= opensDemo(event);
        keys.add(event);
        fold.add(event);
      } catch (error) {
        lie = { what: unreadable(error), path: pathOf(entry, size), entry };
      }
    },
    async finish(tree) {
      if (!lie && met < claims.length) {
        const entry = claims[met]?.entry ?? tree.size;
        const what = unreadable(new RangeError("told otherwise"));
        lie = { what, path: pathOf(entry, size), entry };
      }
      if (lie) return { steps: [{ name: CONTENT, pass: false, detail: lie.what }], lie };
      results = await Promise.all(claims.map((claim, at) => checkOne(claim, fold.sumOf(at), tree)));
      const listLie = listed && lieOfList(listed, concatBytes(...list));
      const [first] = [...results.flatMap((each) => each.lie ?? []), ...(listLie ? [listLie] : [])];
      const listStep = listed ? [{ name: LISTED, pass: !listLie, detail: counted(met) }] : [];
      const changes = keys.judge(head);
      const steps = [
        contentStep(tree.size, demo),
        ...changes.steps,
        ...results.map(stepOf),
        ...listStep,
      ];
      const told = changes.lie ?? first;
      return { steps, ...(told ? { lie: told } : {}) };
    },
  };
}

/** Says where a list of publications differs from what the log holds. */
function lieOfList({ path, bytes }: NamedFile, own: Uint8Array): Lie | undefined {
  const offset = firstDifference(bytes, own);
  if (offset === -1) return undefined;
  const what = { zh: "清单与账册所载公布不符", en: "the list is not what the log published" };
  return { what, path, offset };
}

async function findPublished(fetch: Fetch, size: number): Promise<PublishedFigure[]> {
  const found: PublishedFigure[] = [];
  for await (const { entry, bytes } of firstLook(fetch, size, [figurePublished.type])) {
    try {
      found.push(publishedIn(readEntry(entry, bytes)));
    } catch {
      // What is wrong with the entry is for the proven pass to say.
      return found;
    }
  }
  return found;
}

/** An entry's event. @throws when it is none that this program understands. */
export function readEntry(entry: number, bytes: Uint8Array): StoredEvent {
  const event = decodeEvent(entry, fromUtf8(bytes));
  const fact = factOfType(event.type);
  if (!fact || fact.version !== event.version) {
    throw new RangeError(`${event.type} version ${event.version} is unknown to this program`);
  }
  const data = fact.dataSchema.parse(event.data);
  return { ...event, data };
}

/** The figure that a publication states. */
export function publishedIn({ entry, recordedAt, data }: StoredEvent) {
  const { asOf: _asOf, publishedOn: _on, ...published } = figurePublished.dataSchema.parse(data);
  return { entry, recordedAt, ...published };
}

function isSame(a: PublishedFigure, b: PublishedFigure): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Compares a publication with what the entries give, and with the tree it says it is about. */
export async function checkOne(
  published: PublishedFigure,
  sum: FigureSum | undefined,
  tree: VerifiedTree,
): Promise<CheckedFigure> {
  const what = (await wrongTree(published, tree)) ?? differenceOf(published, sum);
  const { entry } = published;
  return { published, sum, lie: what && { what, path: pathOf(entry, tree.size), entry } };
}

/** A figure is about the log before its own entry, with the root that the log had there. */
async function wrongTree(
  { size, root, entry }: PublishedFigure,
  tree: VerifiedTree,
): Promise<Text | undefined> {
  if (size >= entry) return { zh: "所据条数不在其前", en: "it counts entries that came after it" };
  if (await tree.isPrefix(size, hashFromBase64(root))) return undefined;
  return {
    zh: `根散列不是账册 ${size} 条时的根`,
    en: `its root is not the log's at ${size} entries`,
  };
}

const LISTED: Text = { zh: "公布清单", en: "List of publications" };
const CONTENT: Text = { zh: "读懂每条分录", en: "Content of the entries" };

export function contentStep(size: number, demo: boolean): Step {
  const { zh, en } = counted(size);
  if (!demo) return { name: CONTENT, pass: true, detail: { zh, en } };
  const detail = { zh: `${zh}，演示账本，全部虚构`, en: `${en}, a demo ledger, all invented` };
  return { name: CONTENT, pass: true, detail };
}

/** Whether an entry says that the ledger's data is invented. */
export function opensDemo({ type, data }: StoredEvent): boolean {
  return type === ledgerOpened.type && ledgerOpened.dataSchema.parse(data).demo;
}

function counted(entries: number): Text {
  return { zh: `${entries} 条`, en: `${entries} entries` };
}

/** A figure as a line of the verdict, with its arithmetic. */
export function stepOf({ published, sum, lie }: CheckedFigure): Step {
  const name = titleOf(published);
  if (lie || !sum) return { name, pass: false, detail: lie?.what ?? CONTENT };
  const { zh, en } = arithmeticOf(sum);
  return { name, pass: true, detail: { zh, en } };
}

/** Which figure, of which row, as of where. */
export function titleOf({ entry, figure, row, size, upTo }: PublishedFigure): Text {
  const cell = [figure, ...Object.values(row)].join(" ");
  const at = upTo === undefined ? `#${size}` : `#${size} · ${upTo}`;
  return {
    zh: `第 ${entry} 条公布 ${cell}（截至 ${at}）`,
    en: `Figure of entry ${entry}: ${cell} (as of ${at})`,
  };
}

function pathOf(entry: number, size: number): string {
  const index = Math.floor((entry - 1) / TILE_WIDTH);
  return bundlePath(index, Math.min(TILE_WIDTH, size - index * TILE_WIDTH));
}

/** Why an entry could not be read, for a verdict. */
export function unreadable(error: unknown): Text {
  if (isProofError(error)) return error.text;
  const why = error instanceof Error ? error.message.replace(/\s+/g, " ").slice(0, 200) : "";
  return {
    zh: `分录内容无法读懂（${why}）`,
    en: `the entry's content cannot be understood (${why})`,
  };
}
