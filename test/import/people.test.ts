import { readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openPeople, peekPeople } from "../../src/import/people.ts";
import { csvOf, importInto, pathOf } from "./support.ts";

describe("the table of names", () => {
  it("gives a name the same random reference for ever", async () => {
    const path = pathOf("people.db");
    const people = openPeople(path);
    const [first, other, again] = await people.refOf(["甲", "乙", " 甲\t"]);
    people.close();
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect([first === again, first === other]).toEqual([true, false]);
    const reopened = openPeople(path);
    expect(await reopened.refOf(["甲"])).toEqual([first]);
    expect(reopened.secret).toEqual(people.secret);
    reopened.close();
    const elsewhere = openPeople(pathOf("other.db"));
    expect(await elsewhere.refOf(["甲"])).not.toEqual([first]);
    elsewhere.close();
  });

  it("takes the two ways Unicode writes one name for one name", async () => {
    const people = openPeople(pathOf("nfc.db"));
    const [composed, decomposed] = await people.refOf(["Nguyễn", "Nguyễn".normalize("NFD")]);
    expect(composed).toBe(decomposed);
    people.close();
  });

  it("is readable by its owner only, and so are the files beside it", async () => {
    const path = pathOf("mode.db");
    const people = openPeople(path);
    await people.refOf(["甲"]);
    const modes = [path, `${path}-wal`, `${path}-shm`].map((file) => statSync(file).mode & 0o777);
    people.close();
    expect(modes).toEqual([0o600, 0o600, 0o600]);
  });

  it("is left as it is by a dry run, which still knows what is recorded", async () => {
    const path = pathOf("dry.db");
    const people = openPeople(path);
    const { ledger } = await importInto(csvOf("2026-03-01,甲,1,"), { people });
    people.close();
    const before = readFileSync(path);
    const peek = peekPeople(path);
    const { report } = await importInto(csvOf("2026-03-01,甲,1,", "2026-03-01,乙,1,"), {
      people: peek,
      record: ledger.rehearse,
      dryRun: true,
    });
    expect(report).toMatchObject({ recorded: 1, alreadyRecorded: 1 });
    expect(readFileSync(path)).toEqual(before);
  });

  it("is not made by a dry run", () => {
    const path = pathOf("absent.db");
    expect(peekPeople(path).secret).toHaveLength(32);
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });
});
