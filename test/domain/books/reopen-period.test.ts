import { expect, test } from "vitest";
import { factOfType } from "../../../src/domain/facts.ts";

// What reopening does to a closing is told in close-period.test.ts.
test("must say why, and is an approver's", () => {
  expect(factOfType("PeriodReopened")).toMatchObject({ needsReason: true, roles: ["approver"] });
});
