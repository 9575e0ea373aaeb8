import { describe, expect, it } from "vitest";
import {
  accountIn,
  accountOf,
  accountsOf,
  closesInto,
  findAccount,
  REGIME_IDS,
  REGIMES,
  regimeOn,
} from "../../../src/domain/journal/chart.ts";

describe("the regimes", () => {
  it("follow each other without a gap", () => {
    expect(regimeOn("2025-12-31").id).toBe("2004");
    expect(regimeOn("2026-01-01").id).toBe("2024");
    expect(regimeOn("1999-01-01").id).toBe("2004");
  });

  it("say where every balance of the old one stands in the new one", () => {
    for (const account of accountsOf("2004")) {
      const carried = accountIn(account, 2025, 2026);
      expect(carried.regime).toBe("2024");
      expect(["income", "expense", "adjustment"]).not.toContain(carried.kind);
    }
    expect(accountIn(accountOf("2004", "1701"), 2025, 2026).code).toBe("1801");
    expect(REGIMES.map(({ carriedFrom }) => carriedFrom)).toEqual([null, "2004"]);
  });

  it("give one code different meanings", () => {
    expect(accountOf("2004", "5201").name.zh).toBe("管理费用");
    expect(accountOf("2024", "520101").name.zh).toBe("税金及附加——非限定性");
    expect(findAccount("2024", "5201")).toBeUndefined();
  });
});

describe("the year's end", () => {
  it("takes every cost of the 2004 regime to unrestricted net assets", () => {
    expect(closesInto(accountOf("2004", "5101")).code).toBe("3101");
    expect(closesInto(accountOf("2004", "410102")).code).toBe("3102");
  });

  it("takes each half of income and cost of the 2024 regime to its own net assets", () => {
    for (const code of ["4101", "5101", "3201"]) {
      expect(closesInto(accountOf("2024", `${code}01`)).code).toBe("3101");
      expect(closesInto(accountOf("2024", `${code}02`)).code).toBe("3102");
    }
  });

  it("leaves the year's own accounts alone while it lasts", () => {
    for (const regime of REGIME_IDS) {
      for (const account of accountsOf(regime))
        expect(accountIn(account, 2025, 2025)).toBe(account);
    }
  });
});

it("both charts have codes that no two accounts share, and texts in both languages", () => {
  for (const regime of REGIME_IDS) {
    const codes = accountsOf(regime).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const { name } of accountsOf(regime)) {
      expect(name.zh).toMatch(/\p{Script=Han}/u);
      expect(name.en).toMatch(/^[^\p{Script=Han}]+$/u);
    }
  }
});
