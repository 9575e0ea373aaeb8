// Who is paid. An organisation is named; a person is an opaque reference and never a name.

import { z } from "zod";
import { defineFact } from "../fact.ts";
import { refuse } from "../refuse.ts";
import { happened } from "../rules.ts";
import { creditCode, day, line, personRef } from "../schema.ts";

export const payeeRegistered = defineFact({
  type: "PayeeRegistered",
  version: 1,
  command: "RegisterPayee",
  area: "parties",
  title: { zh: "登记收款方", en: "Payee registered" },
  about: {
    zh: "登记收款方。机构写名称与信用代码；个人只写不透明编号，姓名不入账本。",
    en: "Registers who may be paid. An organisation has a name and a code; a person only an opaque reference.",
  },
  path: "/payees",
  verb: "payee",
  input: {
    kind: z.enum(["organisation", "person"]),
    name: line(80).optional(),
    creditCode: creditCode.optional(),
    person: personRef.optional(),
    registeredOn: day,
  },
  derived: {},
  stream: (_data, id) => ({ name: `payee-${id}`, opens: true }),
  on: (data) => data.registeredOn,
  decide({ kind, name, creditCode, person, registeredOn }, known) {
    happened(known, registeredOn);
    const named = name !== undefined || creditCode !== undefined;
    if (kind === "person" && named) refuse("PAYEE_NAMED_PERSON");
    if (kind === "organisation" && (name === undefined || person !== undefined)) {
      refuse("PAYEE_NEEDS_NAME");
    }
    return {};
  },
  evolve: ({ kind, name }, id) => ({ payee: { id, kind, name: name ?? null } }),
});
