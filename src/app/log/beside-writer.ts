// The log's files for a process that only reads: the writer's tiles as far as they are kept, and
// what is missing of them in memory; what the writer signed and published, and nothing written.

import { TILE_WIDTH, type Tile, tilePath } from "../../proof/tile.ts";
import { openSignedReader, type SignedFile, type SignedReader } from "./signed-file.ts";
import { openTileFileReader, type TileFile } from "./tile-file.ts";

/** The writer's tiles, if they are to be used, with those that it has not kept yet laid over them. */
export function tilesBesideWriter(path: string | undefined): TileFile {
  const kept = path === undefined ? undefined : openTileFileReader(path);
  const added = new Map<string, Uint8Array>();
  let size = kept?.size() ?? 0;
  const placeOf = (tile: Tile): string => tilePath({ ...tile, width: TILE_WIDTH });
  return {
    size: () => size,
    read: (tile) => added.get(placeOf(tile)) ?? kept?.read(tile),
    keep(to, tiles) {
      for (const { tile, bytes } of tiles) added.set(placeOf(tile), bytes);
      size = to;
    },
    close: () => kept?.close(),
  };
}

/** What the writer signed; looked for again as long as there is nothing. */
export function signedBesideWriter(path: string): SignedFile {
  let open: SignedReader | undefined;
  const reader = (): SignedReader | undefined => {
    open ??= openSignedReader(path);
    return open;
  };
  const refuse = (): never => {
    throw new Error("this process only reads the log");
  };
  return {
    signed: () => reader()?.signed(),
    published: () => reader()?.published(),
    known: () => reader()?.known() ?? [],
    witnessed: (key) => reader()?.witnessed(key) ?? 0,
    keepSigned: refuse,
    keepPublished: refuse,
    keepKnown: refuse,
    forgetKnown: refuse,
    keepWitnessed: refuse,
    close: () => open?.close(),
  };
}
