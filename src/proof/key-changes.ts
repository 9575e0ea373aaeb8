// Changes of the log's keys, as its entries tell them: a new key is announced under the old one, and a
// retired one signs no tree beyond its last size.

import type { StoredEvent } from "../domain/event.ts";
import type { TrustedCheckpoint } from "./policy.ts";
import type { Lie, Step } from "./verdict.ts";

/** Gathers changes of keys and judges the head's signatures by them. */
export interface KeyChanges {
  add(event: StoredEvent): void;
  /** A step when keys ever changed; a lie when only a key that was retired before signed. */
  judge(head: TrustedCheckpoint): { readonly steps: readonly Step[]; readonly lie?: Lie };
}

/** Starts with no changes. */
export function createKeyChanges(): KeyChanges {
  const announced: { entry: number; vkey: string }[] = [];
  const lastSizes = new Map<string, number>();
  return {
    add({ entry, type, data }) {
      const { vkey, lastSize } = data as { vkey?: string; lastSize?: number };
      if (vkey === undefined) return;
      if (type === "LogKeyAnnounced") announced.push({ entry, vkey });
      if (type === "LogKeyRetired" && lastSize !== undefined) lastSizes.set(vkey, lastSize);
    },
    judge({ signedBy, size }) {
      if (announced.length === 0 && lastSizes.size === 0) return { steps: [] };
      const name = { zh: "密钥更换", en: "Changes of key" };
      const isUsable = (vkey: string) => size <= (lastSizes.get(vkey) ?? size);
      if (!signedBy.some(isUsable)) {
        const what = {
          zh: "签名的密钥此前已停用，账册不得再用它签署",
          en: "only a key that the log had retired before signed this tree",
        };
        const lie = { what, path: "checkpoint" };
        return { steps: [{ name, pass: false, detail: what }], lie };
      }
      const told = announced.map(({ entry, vkey }) => `#${entry} ${vkey}`).join("; ");
      const retired = lastSizes.size;
      const detail = { zh: `${told}；停用 ${retired} 把`, en: `${told}; ${retired} retired` };
      return { steps: [{ name, pass: true, detail }] };
    },
  };
}
