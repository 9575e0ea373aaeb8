// Ways to falsify an evidence folder: bits, bytes, lines, hashes, entries and whole files, flipped,
// dropped, swapped, truncated and duplicated, all from one seed.
import { decodeBundle, encodeBundle } from "../../src/proof/bundle.ts";
import { HASH_SIZE, toUtf8 } from "../../src/proof/bytes.ts";
import { parseTilePath, TILE_WIDTH } from "../../src/proof/tile.ts";
import { type Files, treeFiles } from "./synthetic-log.ts";

/** Files to write, or with undefined to delete. */
export type Changes = ReadonlyMap<string, Uint8Array | undefined>;

/** A whole number from 0 up to but not including `below`. */
export type Random = (below: number) => number;

/** A small seeded generator (mulberry32): the same seed gives the same sweep. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Makes one change; undefined when this folder offers no place for it. */
export type Mutation = (
  files: Files,
  random: Random,
) => Changes | undefined | Promise<Changes | undefined>;

const pick = <T>(list: readonly T[], random: Random): T | undefined =>
  list[random(list.length || 1)];

/** Replaces parts of a list: the shapes that lines, hashes, entries and bytes have in common. */
const PART_EDITS = {
  drop: <T>(parts: readonly T[], random: Random) => parts.toSpliced(random(parts.length), 1),
  duplicate: <T>(parts: readonly T[], random: Random) => {
    const at = random(parts.length);
    return parts.toSpliced(at, 0, parts[at] as T); // at is below the length
  },
  swap: <T>(parts: readonly T[], random: Random) => {
    const [a, b] = [random(parts.length), random(parts.length)];
    return parts.with(a, parts[b] as T).with(b, parts[a] as T); // both are below the length
  },
  truncate: <T>(parts: readonly T[], random: Random) => parts.slice(0, random(parts.length)),
};

/** How a kind of file falls into parts, and is put together from them. */
interface Partition<T> {
  matches(path: string): boolean;
  split(bytes: Uint8Array, path: string): readonly T[];
  join(parts: readonly T[]): Uint8Array;
}

const isTile = (kind: string) => (path: string) => parseTilePath(path)?.kind === kind;

const PARTITIONS = {
  byte: {
    matches: () => true,
    split: (bytes) => [...bytes],
    join: (parts) => Uint8Array.from(parts),
  } satisfies Partition<number>,
  line: {
    matches: (path) => !path.startsWith("tile/"),
    split: (bytes) =>
      Buffer.from(bytes)
        .toString()
        .split(/(?<=\n)/),
    join: (parts) => toUtf8(parts.join("")),
  } satisfies Partition<string>,
  hash: {
    matches: isTile("hashes"),
    split: (bytes) =>
      Array.from({ length: bytes.length / HASH_SIZE }, (_, i) =>
        bytes.subarray(i * HASH_SIZE, (i + 1) * HASH_SIZE),
      ),
    join: (parts) => new Uint8Array(Buffer.concat(parts)),
  } satisfies Partition<Uint8Array>,
  entry: {
    matches: isTile("entries"),
    split: (bytes, path) => decodeBundle(bytes, parseTilePath(path)?.width ?? TILE_WIDTH).entries,
    join: encodeBundle,
  } satisfies Partition<Uint8Array>,
};

function partMutation<T>(partition: Partition<T>, edit: keyof typeof PART_EDITS): Mutation {
  return (files, random) => {
    const path = pick([...files.keys()].filter(partition.matches), random);
    if (path === undefined) return undefined;
    const parts = partition.split(files.get(path) ?? new Uint8Array(0), path);
    if (parts.length === 0) return undefined;
    return new Map([[path, partition.join(PART_EDITS[edit](parts, random))]]);
  };
}

const partMutations = Object.entries(PARTITIONS).flatMap(([name, partition]) =>
  (Object.keys(PART_EDITS) as (keyof typeof PART_EDITS)[]).map((edit): [string, Mutation] => [
    `${edit} ${name}`,
    partMutation(partition as Partition<unknown>, edit), // each joins only what it split
  ]),
);

function flipBit(files: Files, random: Random): Changes | undefined {
  const path = pick([...files.keys()], random);
  const bytes = path === undefined ? undefined : files.get(path)?.slice();
  if (path === undefined || bytes === undefined || bytes.length === 0) return undefined;
  const at = random(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
  return new Map([[path, bytes]]);
}

function dropFile(files: Files, random: Random): Changes | undefined {
  // A reader's own kept evidence is not the log's to lose.
  const path = pick(
    [...files.keys()].filter((p) => !/^(checkpoints|receipts)\//.test(p)),
    random,
  );
  return path === undefined ? undefined : new Map([[path, undefined]]);
}

function swapFiles(files: Files, random: Random): Changes | undefined {
  const [a, b] = [pick([...files.keys()], random), pick([...files.keys()], random)];
  if (a === undefined || b === undefined) return undefined;
  return new Map([
    [a, files.get(b)],
    [b, files.get(a)],
  ]);
}

function copyFileOver(files: Files, random: Random): Changes | undefined {
  const [a, b] = [pick([...files.keys()], random), pick([...files.keys()], random)];
  return a === undefined || b === undefined ? undefined : new Map([[a, files.get(b)]]);
}

function addStrayTile(files: Files, random: Random): Changes | undefined {
  const source = pick(
    [...files.keys()].filter((p) => p.startsWith("tile/")),
    random,
  );
  if (source === undefined) return undefined;
  const strays = [
    "tile/0/900",
    "tile/3/000.p/1",
    "tile/entries/900.p/7",
    "tile/data/000",
    "tile/8/0/000",
    "tile/0/x000/000",
    "tile/0/000.copy",
    `${source}~`,
  ];
  return new Map([[pick(strays, random) ?? source, files.get(source)]]);
}

/** Rewrites one entry and every file that follows from it; only the signed root is left standing. */
async function rewriteHistory(files: Files, random: Random): Promise<Changes | undefined> {
  const entries = entriesIn(files);
  const target = random(entries.length || 1);
  const forged = entries[target]?.replace(/[0-9](?=[^0-9]*$)/, (digit) => `${(+digit + 1) % 10}`);
  if (forged === undefined) return undefined;
  const rewritten = await treeFiles(entries.with(target, forged));
  // The evidence of a fund has no entries but its own and no tiles above the leaves.
  return new Map([...rewritten].filter(([path]) => files.has(path)));
}

/** The entries of an evidence folder: of a fund's, those that are shown. */
function entriesIn(files: Files): string[] {
  const texts: string[] = [];
  for (const [path, bytes] of files) {
    const tile = parseTilePath(path);
    if (tile?.kind !== "entries") continue;
    const bundle = decodeBundle(bytes, tile.width).entries.map((entry) => Buffer.from(entry));
    for (const [i, entry] of bundle.entries())
      texts[tile.index * TILE_WIDTH + i] = entry.toString();
  }
  return texts;
}

/** Every kind of change, by name. Single bits are the commonest damage: they get six turns. */
export const MUTATIONS: readonly (readonly [string, Mutation])[] = [
  ...Array.from({ length: 6 }, (): [string, Mutation] => ["flip bit", flipBit]),
  ...partMutations,
  ["drop file", dropFile],
  ["swap files", swapFiles],
  ["copy file over another", copyFileOver],
  ["add stray file", addStrayTile],
  ["rewrite history", rewriteHistory],
];
