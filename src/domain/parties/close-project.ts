// The end of a project. Only a project closed as succeeded counts among the projects done.

import { z } from "zod";
import { inBoth } from "../../kernel/in-both.ts";
import { defineFact } from "../fact.ts";
import { refuse } from "../refuse.ts";
import { happened, notBefore, projectOf } from "../rules.ts";
import { day, divisionCode, id, sha256 } from "../schema.ts";

export const projectClosed = defineFact({
  type: "ProjectClosed",
  version: 1,
  command: "CloseProject",
  area: "parties",
  title: { zh: "项目结项", en: "Project closed" },
  about: {
    zh: "项目结项：成功或终止。“成功实施”的项目数只计成功结项者。",
    en: "Closes a project as succeeded or ended. Only succeeded ones count as projects done.",
  },
  path: "/projects/{project}/closing",
  verb: "project close",
  input: {
    project: id,
    result: z.enum(["succeeded", "ended"]),
    evaluation: sha256
      .optional()
      .describe(inBoth({ zh: "评估报告的散列", en: "hash of the evaluation report" })),
    closedOn: day,
  },
  derived: { fund: id.nullable(), community: divisionCode.nullable() },
  stream: ({ project }) => ({ name: `project-${project}`, opens: false }),
  on: (data) => data.closedOn,
  decide({ project, closedOn }, known) {
    happened(known, closedOn);
    projectOf(known, project);
    const registered = known.fact(project) ?? refuse("PROJECT_UNKNOWN", { project });
    const { fund, community, registeredOn } = registered.event.data as {
      fund?: string;
      community?: string;
      registeredOn: string;
    };
    notBefore(closedOn, registeredOn);
    return { fund: fund ?? null, community: community ?? null };
  },
  evolve({ project, result }, _id, books) {
    const open = books.projects.get(project);
    return open ? { project: { ...open, result } } : {};
  },
  moves: ({ fund, community, result }) => [
    {
      measure: result === "succeeded" ? "projects-succeeded" : "projects-ended",
      fund,
      bucket: null,
      community,
      project: null,
      amount: 1n,
    },
  ],
  links: ({ project }) => [project],
});
