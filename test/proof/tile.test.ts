import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bundlePath,
  newBundles,
  newTiles,
  parseTilePath,
  tilePath,
  tilesOf,
  tileWidth,
} from "../../src/proof/tile.ts";

describe("paths (c2sp.org/tlog-tiles)", () => {
  test.each([
    [{ level: 0, index: 1_234_067, width: 256 }, "tile/0/x001/x234/067"],
    [{ level: 0, index: 273, width: 112 }, "tile/0/273.p/112"],
    [{ level: 2, index: 0, width: 1 }, "tile/2/000.p/1"],
    [{ level: 63, index: 999, width: 255 }, "tile/63/999.p/255"],
    [{ level: 1, index: 1000, width: 256 }, "tile/1/x001/000"],
  ])("%j lies at %s", (tile, path) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual({ kind: "hashes", ...tile });
  });

  test("an entry bundle lies beside its level 0 tile", () => {
    expect(bundlePath(1_234_067, 9)).toBe("tile/entries/x001/x234/067.p/9");
    expect(parseTilePath("tile/entries/x001/x234/067.p/9")).toEqual({
      kind: "entries",
      level: 0,
      index: 1_234_067,
      width: 9,
    });
  });

  test.each([
    "tile/0/x000/000",
    "tile/0/x000/../000",
    "tile/0/0",
    "tile/0/1000",
    "tile/00/000",
    "tile/64/000",
    "tile/-1/000",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/01",
    "tile/0/000.p/257",
    "tile/0/000/",
    "/tile/0/000",
    "tile/8/0/000",
    "tile/data/000",
    "tile/0/x999/x999/x999/x999/x999/999",
    "tile/0/000\n",
    "checkpoint",
  ])("%j is no path", (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });

  test("every tile has one path, which reads back", () => {
    const tile = fc.record({
      level: fc.integer({ min: 0, max: 63 }),
      index: fc.integer({ min: 0, max: 2 ** 45 }),
      width: fc.integer({ min: 1, max: 256 }),
    });
    fc.assert(
      fc.property(tile, (t) => {
        expect(parseTilePath(tilePath(t))).toEqual({ kind: "hashes", ...t });
      }),
    );
  });
});

describe("which tiles a tree has", () => {
  test("70,000 entries: the worked example of the specification", () => {
    const tiles = [...tilesOf(70_000)];
    expect(tiles).toHaveLength(277);
    const count = (level: number, full: boolean) =>
      tiles.filter((t) => t.level === level && (t.width === 256) === full).length;
    expect([count(0, true), count(0, false), count(1, true), count(1, false)]).toEqual([
      273, 1, 1, 1,
    ]);
    expect(tiles.filter((t) => t.width < 256).map((t) => t.width)).toEqual([112, 17, 1]);
  });

  test("256 entries fill a tile and open the level above", () => {
    expect([...tilesOf(256)].map(tilePath)).toEqual(["tile/0/000", "tile/1/000.p/1"]);
    expect([...tilesOf(0)]).toEqual([]);
  });

  test("growing publishes exactly the tiles the smaller tree did not have", () => {
    const sizes = fc.tuple(fc.nat(200_000), fc.nat(2_000));
    fc.assert(
      fc.property(sizes, ([oldSize, more]) => {
        const before = new Set([...tilesOf(oldSize)].map(tilePath));
        const added = [...tilesOf(oldSize + more)].map(tilePath).filter((p) => !before.has(p));
        expect([...newTiles(oldSize, oldSize + more)].map(tilePath)).toEqual(added);
      }),
      { numRuns: 50 },
    );
  });

  test("bundles grow as the lowest level does", () => {
    expect([...newBundles(250, 513)].map((t) => [t.index, t.width])).toEqual([
      [0, 256],
      [1, 256],
      [2, 1],
    ]);
    expect([...newBundles(513, 513)]).toEqual([]);
  });

  test("a width is the hashes the tree has there, none beyond its edge", () => {
    expect(tileWidth(70_000, 0, 273)).toBe(112);
    expect(tileWidth(70_000, 1, 1)).toBe(17);
    expect(tileWidth(70_000, 2, 0)).toBe(1);
    expect(tileWidth(70_000, 0, 274)).toBe(0);
    expect(tileWidth(70_000, 3, 0)).toBe(0);
  });
});
