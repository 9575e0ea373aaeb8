// The documents of a bundle: whom to trust, what the figures mean, the verifier and how to use it.
// None of them is evidence: whoever made the bundle may have written anything into them.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { GRASSROOTS_DEFINITIONS } from "../../../projections/grassroots-total.ts";
import { TALLIES } from "../../../projections/index.ts";
import { toUtf8 } from "../../proof/bytes.ts";
import type { EvidenceFile } from "./evidence.ts";

const VERIFIER = ["verify.mjs", "verify.html"] as const;

/** The verifier was not built. */
export class NoVerifier extends Error {
  readonly text = {
    zh: "核验程序尚未构建：请运行 `npm run build`",
    en: "the verifier is not built: run `npm run build`",
  };

  constructor() {
    super("the verifier is not built");
    this.name = "NoVerifier";
  }
}

/** The documents of a bundle of a log with this policy. */
export function documents(policy: string): EvidenceFile[] {
  const folder = verifierFolder();
  return [
    { path: "trust.policy", bytes: toUtf8(policy) },
    { path: "definitions.txt", bytes: toUtf8(definitions()) },
    { path: "README.txt", bytes: toUtf8(README) },
    ...VERIFIER.map((path) => ({ path, bytes: new Uint8Array(readFileSync(join(folder, path))) })),
  ];
}

/** `dist/verify`, beside whatever folder of `dist` this program was built into. */
function verifierFolder(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); at !== dirname(at); at = dirname(at)) {
    for (const folder of [join(at, "verify"), join(at, "dist", "verify")]) {
      if (VERIFIER.every((name) => existsSync(join(folder, name)))) return folder;
    }
  }
  throw new NoVerifier();
}

/** Every definition in plain words, with its version. */
function definitions(): string {
  const sections = TALLIES.map(({ name, version, title, definition, columns }) =>
    [
      `${title.zh} · ${title.en} (${name}, version ${version})`,
      definition.zh,
      definition.en,
      ...columns.map((column) => `  ${column.name}: ${column.title.zh} · ${column.title.en}`),
    ].join("\n"),
  );
  const grassroots = Object.entries(GRASSROOTS_DEFINITIONS).map(
    ([name, { zh, en }]) => `  ${name}\n    ${zh}\n    ${en}`,
  );
  return `数字的口径 · What the figures mean\n\n${[...sections, ...grassroots].join("\n\n")}\n`;
}

const README = `证据包 · Evidence bundle

怎样核验
1. 公钥。从别处（基金会网站、年报、见证人）取得账册公钥 vkey，与 trust.policy 核对。包内的公钥只能证明包内前后一致。
2. 任选一种方法：
   - 浏览器：打开 verify.html，选择本包（.zip 或目录），填入公钥，点"核验"。不联网。
   - Node 20 以上：node verify.mjs 本目录或.zip --vkey 公钥
   - 独立的 Go 程序：见账册软件的 docs/verify.md。
   验证程序也可从别处取得；不信任本包的人不应运行包内的程序。
3. 保存 checkpoint 文件。下次核验时以 --earlier 给出：历史若被改写或截短，会被指出。
证明什么：条目未被改动、增删、调换；公布的数字由条目算出。不证明什么：没有记入账册的钱；条目所述是否真实。
文件：checkpoint 签名的检查点；tile/ 条目与散列；figures.txt 已公布的数字；fund.txt、entries.txt（仅单只基金）该基金与其条目；
definitions.txt 口径；trust.policy 所信任的公钥。本文件与 definitions.txt 只是说明，不在核验之内。

How to verify
1. The key. Get the log's vkey elsewhere (the foundation's site, its annual report, a witness) and compare it with
   trust.policy. The key in here shows only that the bundle agrees with itself.
2. Any of these:
   - a browser: open verify.html, choose this bundle (.zip or folder), enter the key. Nothing is sent or loaded.
   - Node 20 or later: node verify.mjs FOLDER-or-ZIP --vkey KEY
   - the independent program in Go: see docs/verify.md of the ledger's software.
   Take the verifier from elsewhere if you do not trust whoever made this bundle.
3. Keep the file checkpoint. Give it with --earlier the next time: a history that was rewritten or cut since is named.
Proved: no entry was changed, added, dropped or moved; published figures follow from the entries. Not proved: money that
was never entered; that what an entry says is true. This file and definitions.txt explain; nothing proves their words.
`;
