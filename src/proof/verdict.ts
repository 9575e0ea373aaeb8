// What a verification says: a list of steps, each passed or not, and the first lie it met.
// A step that could not run because an earlier one failed has not passed.
import type { Text } from "../kernel/text.ts";
import { isProofError } from "./proof-error.ts";

/** One check and its outcome; `detail` shows what was counted or compared. */
export interface Step {
  readonly name: Text;
  readonly pass: boolean;
  readonly detail: Text;
}

/** Where the evidence contradicts itself. */
export interface Lie {
  readonly what: Text;
  /** File of the evidence that holds it. */
  readonly path: string;
  /** Entry number (from 1), where one can be named. */
  readonly entry?: number;
  /** Byte offset in the file, where one can be named. */
  readonly offset?: number;
}

export interface Verdict {
  readonly pass: boolean;
  /** Entries of the tree that was verified; undefined when no checkpoint could be trusted. */
  readonly size: number | undefined;
  /** Root of that tree as recomputed, in base64. */
  readonly root: string | undefined;
  readonly steps: readonly Step[];
  readonly firstLie?: Lie;
}

/** Gathers steps; the first lie reported stays the first. */
export interface Report {
  pass(name: Text, detail: Text): void;
  fail(name: Text, lie: Lie): void;
  skip(name: Text): void;
  add(steps: readonly Step[], lie?: Lie): void;
  verdict(size: number | undefined, root: string | undefined): Verdict;
}

/** Starts an empty report. */
export function createReport(): Report {
  const steps: Step[] = [];
  let firstLie: Lie | undefined;
  return {
    pass(name, detail) {
      steps.push({ name, pass: true, detail });
    },
    fail(name, lie) {
      steps.push({ name, pass: false, detail: lie.what });
      firstLie ??= lie;
    },
    skip(name) {
      const detail = { zh: "前面的步骤未通过，未检查", en: "not checked: an earlier step failed" };
      steps.push({ name, pass: false, detail });
    },
    add(more, lie) {
      steps.push(...more);
      firstLie ??= lie;
    },
    verdict(size, root) {
      const pass = steps.length > 0 && steps.every((step) => step.pass);
      return { pass, size, root, steps, ...(firstLie === undefined ? {} : { firstLie }) };
    },
  };
}

/** Runs a check of outside bytes: its value, or the lie that the bytes are not what they claim. */
export async function lieOrValue<T>(
  path: string,
  check: () => T | Promise<T>,
): Promise<{ readonly value: T } | { readonly lie: Lie }> {
  try {
    return { value: await check() };
  } catch (error) {
    if (!isProofError(error)) throw error;
    return { lie: { what: error.text, path } };
  }
}
