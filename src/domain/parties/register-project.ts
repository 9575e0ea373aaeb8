// What money is granted for: a project with its field of work and the parties that carry it.

import { z } from "zod";
import { inBoth } from "../../kernel/in-both.ts";
import { defineFact } from "../fact.ts";
import { communityOf, fundOf, happened } from "../rules.ts";
import { day, divisionCode, id, line } from "../schema.ts";

/** The four fields of Suzhou's action plan 2022–2025. */
export const FIELDS = ["livelihood", "governance", "green", "rural"] as const;

/** 五社联动: the five kinds of party that carry a project together. */
export const PARTY_ROLES = ["community", "organisation", "worker", "volunteer", "charity"] as const;

export const projectRegistered = defineFact({
  type: "ProjectRegistered",
  version: 1,
  command: "RegisterProject",
  area: "parties",
  title: { zh: "登记项目", en: "Project registered" },
  about: {
    zh: "登记项目：领域（民生保障、基层治理、绿色发展、乡村振兴）与“五社”各方。",
    en: "Registers a project: its field of work and which of the five kinds of party take part.",
  },
  path: "/projects",
  verb: "project",
  input: {
    title: line(80),
    field: z.enum(FIELDS),
    fund: id.optional(),
    community: divisionCode.optional(),
    parties: z
      .array(z.strictObject({ role: z.enum(PARTY_ROLES), name: line(80) }))
      .max(20)
      .default([])
      .describe(inBoth({ zh: "只填组织，不填个人", en: "organisations only, never persons" })),
    registeredOn: day,
  },
  derived: {},
  stream: (_data, id) => ({ name: `project-${id}`, opens: true }),
  on: (data) => data.registeredOn,
  decide({ fund, community, registeredOn }, known) {
    happened(known, registeredOn);
    if (fund !== undefined) fundOf(known, fund);
    if (community !== undefined) communityOf(known, community, registeredOn);
    return {};
  },
  evolve: ({ title, field, fund }, id) => ({
    project: { id, title, field, fund: fund ?? null, result: null },
  }),
  moves: ({ fund, community }) => [
    {
      measure: "projects-registered",
      fund: fund ?? null,
      bucket: null,
      community: community ?? null,
      project: null,
      amount: 1n,
    },
  ],
});
