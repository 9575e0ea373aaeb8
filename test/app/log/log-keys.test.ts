import { chmodSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import {
  addKey,
  createKey,
  listKeys,
  loadSigningKeys,
  retireKey,
} from "../../../src/app/log/log-keys.ts";
import { tempFolder } from "./support.ts";

describe("the keys of a log", () => {
  test("are files that only their owner reads, in a folder that only their owner enters", () => {
    const { path } = createKey(tempFolder(), "log.example/a");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  });

  test("are refused when others can read one", () => {
    const dir = tempFolder();
    chmodSync(createKey(dir, "log.example/a").path, 0o644);
    const exposed = expect.objectContaining({ code: "KEY_FILE_EXPOSED" });
    expect(() => loadSigningKeys(dir)).toThrow(exposed);
    expect(() => listKeys(dir)).toThrow(exposed);
  });

  test("are made once; a second one comes by rotation", () => {
    const dir = tempFolder();
    createKey(dir, "log.example/a");
    const again = () => createKey(dir, "log.example/a");
    expect(again).toThrow(expect.objectContaining({ code: "KEY_EXISTS" }));
  });

  test("sign the oldest first, until they are retired", () => {
    const dir = tempFolder();
    const first = createKey(dir, "log.example/a");
    const second = addKey(dir, "log.example/a");
    expect(loadSigningKeys(dir)).toHaveLength(2);
    retireKey(first);
    expect(loadSigningKeys(dir)).toHaveLength(1);
    expect(listKeys(dir).map(({ vkey, retired }) => [vkey, retired])).toEqual([
      [first.vkey, true],
      [second.vkey, false],
    ]);
  });
});
