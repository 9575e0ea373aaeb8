// The page that verifies a bundle in a browser, from a file on disk: it sends nothing and loads nothing.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import type { Language, Text } from "../kernel/text.ts";
import { toUtf8 } from "../proof/bytes.ts";
import { parseVerifierKey } from "../proof/key.ts";
import { parsePolicy, policyOfKey, type TrustPolicy } from "../proof/policy.ts";
import { sha256 } from "../proof/sha256.ts";
import type { NamedFile, Trust } from "../proof/trust.ts";
import type { Verdict } from "../proof/verdict.ts";
import { verifyReceipt } from "../proof/verify-receipt.ts";
import { lieLine, VERDICT } from "./present.ts";
import { BUNDLE_FILES, isReceipt, type Source, verifySource } from "./source.ts";
import { openZip } from "./zip.ts";

const language: Language = navigator.language.startsWith("zh") ? "zh" : "en";
const other: Language = language === "zh" ? "en" : "zh";

const TEXTS = {
  noKey: {
    zh: "请先填写账册公钥（vkey）或信任文件。公钥须从别处得到：基金会网站、年报、见证人。",
    en: "First give the log's key (vkey) or a trust policy. Get it elsewhere: the foundation's site, its annual report, a witness.",
  },
  noFile: {
    zh: "请选择证据包（.zip）、目录或收据。",
    en: "Choose a bundle (.zip), a folder or a receipt.",
  },
  working: { zh: "核验中…", en: "Verifying…" },
  ownKey: {
    zh: "公钥取自证据包本身：只能证明证据包前后一致，不能证明出自谁。请与别处公布的公钥核对。",
    en: "This key comes from the bundle itself: it shows that the bundle agrees with itself, not whose it is. Compare it with the key that is published elsewhere.",
  },
} satisfies Record<string, Text>;

/** Both languages, that of the browser first. */
const both = (text: Text): string => `${text[language]}  ${text[other]}`;

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}

const keyField = element("key", HTMLTextAreaElement);
const archive = element("archive", HTMLInputElement);
const folder = element("folder", HTMLInputElement);
const earlierFiles = element("earlier", HTMLInputElement);
const button = element("verify", HTMLButtonElement);
const useOwnKey = element("own-key", HTMLButtonElement);
const result = element("result", HTMLElement);

/** The key that was taken from the bundle, as the field shows it. */
let ownKey: string | undefined;

function trustOf(text: string): TrustPolicy {
  const trimmed = text.trim();
  if (/^\S+\+[0-9a-f]{8}\+\S+$/.test(trimmed))
    return policyOfKey(parseVerifierKey(sha256, trimmed));
  return parsePolicy(sha256, toUtf8(`${trimmed}\n`));
}

async function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) {
  // WebCrypto wants views of plain buffers; these copies are.
  const { subtle } = globalThis.crypto;
  const key = await subtle.importKey("raw", publicKey.slice(), "Ed25519", false, ["verify"]);
  return subtle.verify("Ed25519", key, signature.slice(), message.slice());
}

async function bytesOf(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

function folderSource(files: readonly File[]): Source {
  const byPath = new Map(
    files.map((file) => [file.webkitRelativePath.split("/").slice(1).join("/"), file]),
  );
  return {
    listing: [...byPath.keys()],
    async fetch(path) {
      const file = byPath.get(path);
      return file && bytesOf(file);
    },
  };
}

async function chosen(): Promise<Source | NamedFile | undefined> {
  const files = [...(folder.files ?? [])];
  if (files.length > 0) return folderSource(files);
  const file = archive.files?.[0];
  if (!file) return undefined;
  const bytes = await bytesOf(file.slice(0, 64));
  if (isReceipt(bytes)) return { path: file.name, bytes: await bytesOf(file) };
  return openZip((offset, length) => bytesOf(file.slice(offset, offset + length)), file.size);
}

async function verdictOf(trust: Trust): Promise<Verdict | undefined> {
  const what = await chosen();
  if (!what) return undefined;
  if ("bytes" in what) return verifyReceipt(what, trust);
  const earlier = await Promise.all(
    [...(earlierFiles.files ?? [])].map(async (file) => ({
      path: file.name,
      bytes: await bytesOf(file),
    })),
  );
  // A breath now and then lets the browser show how far it has come.
  const source: Source = {
    ...what,
    async fetch(path) {
      await new Promise((resolve) => setTimeout(resolve));
      return what.fetch(path);
    },
  };
  return verifySource(source, trust, earlier.length > 0 ? { earlier } : {}, (entries) =>
    say(`${both(TEXTS.working)} ${entries}`),
  );
}

function say(text: string): void {
  result.replaceChildren(paragraph(text, "note"));
}

function paragraph(text: string, className: string): HTMLElement {
  const line = document.createElement("p");
  line.className = className;
  line.textContent = text;
  return line;
}

function show(verdict: Verdict): void {
  const outcome = verdict.pass ? VERDICT.pass : VERDICT.fail;
  const head = paragraph(`${outcome[language]} ${outcome[other]}`, verdict.pass ? "pass" : "fail");
  const lie = verdict.firstLie;
  const told = lie ? [lieLine(lie, language), lieLine(lie, other)] : [];
  const table = document.createElement("table");
  for (const { name, pass, detail } of verdict.steps) {
    const row = table.insertRow();
    row.className = pass ? "pass" : "fail";
    row.insertCell().textContent = pass ? "✓" : "✗";
    row.insertCell().append(paragraph(name[language], ""), paragraph(name[other], "other"));
    row.insertCell().append(paragraph(detail[language], ""), paragraph(detail[other], "other"));
  }
  const warning = keyField.value === ownKey ? [paragraph(both(TEXTS.ownKey), "note")] : [];
  const lies = told.map((text) => paragraph(text, "lie"));
  result.replaceChildren(head, ...warning, ...lies, table);
}

async function verify(): Promise<void> {
  if (keyField.value.trim() === "") {
    say(both(TEXTS.noKey));
    return;
  }
  say(both(TEXTS.working));
  button.disabled = true;
  try {
    const trust = { policy: trustOf(keyField.value), sha256, verifyEd25519 };
    const verdict = await verdictOf(trust);
    if (verdict) show(verdict);
    else say(both(TEXTS.noFile));
  } catch (error) {
    say((error as Error).message);
  } finally {
    button.disabled = false;
  }
}

async function takeOwnKey(): Promise<void> {
  const what = await chosen();
  const policy = what && "fetch" in what ? await what.fetch(BUNDLE_FILES.policy) : undefined;
  if (policy) {
    keyField.value = new TextDecoder().decode(policy);
    ownKey = keyField.value;
  }
  say(both(policy ? TEXTS.ownKey : TEXTS.noFile));
}

button.addEventListener("click", () => void verify());
useOwnKey.addEventListener("click", () => void takeOwnKey());
archive.addEventListener("change", () => {
  folder.value = "";
});
folder.addEventListener("change", () => {
  archive.value = "";
});
