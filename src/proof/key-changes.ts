// Changes of the log's keys, as its entries tell them: a new key is announced under the old one, and a
// retired one signs no tree beyond its last size.

import { logKeyAnnounced } from "../domain/books/announce-log-key.ts";
import { logKeyRetired } from "../domain/books/retire-log-key.ts";
import type { StoredEvent } from "../domain/event.ts";
import { markOf } from "./first-look.ts";
import type { TrustedCheckpoint } from "./policy.ts";
import type { Lie, Step } from "./verdict.ts";

export const KEY_CHANGE_TYPES = [logKeyAnnounced.type, logKeyRetired.type];

/** Whether an entry changes the log's keys, by its bytes as text. */
export function changesKeys(text: string): boolean {
  return KEY_CHANGE_TYPES.some((type) => text.startsWith(markOf(type)));
}

/** The announcement of a key; keys as vkeys. */
export interface AnnouncedKey {
  readonly entry: number;
  readonly vkey: string;
  readonly replaces: string;
}

/** Gathers changes of keys and judges the head's signatures by them. */
export interface KeyChanges {
  /** Takes in an entry that was read as what it says it is. */
  add(event: StoredEvent): void;
  readonly announced: readonly AnnouncedKey[];
  /** The last size that a retired key signs; undefined for one in use. */
  lastSizeOf(vkey: string): number | undefined;
  /** A step when keys ever changed; a lie when only a key that was retired before signed. */
  judge(head: TrustedCheckpoint): { readonly steps: readonly Step[]; readonly lie?: Lie };
}

/** Starts with no changes. */
export function createKeyChanges(): KeyChanges {
  const announced: AnnouncedKey[] = [];
  const lastSizes = new Map<string, number>();
  return {
    add({ entry, type, data }) {
      // Data of these two types, as their facts have checked it.
      const { vkey, replaces, lastSize } = data as {
        readonly vkey: string;
        readonly replaces: string;
        readonly lastSize: number;
      };
      if (type === logKeyAnnounced.type) announced.push({ entry, vkey, replaces });
      if (type === logKeyRetired.type) lastSizes.set(vkey, lastSize);
    },
    announced,
    lastSizeOf: (vkey) => lastSizes.get(vkey),
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
