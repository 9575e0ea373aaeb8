// Builds the verifier that travels alone: one file for Node, one page for a browser.
// Usage: node scripts/build-verifier.mjs [OUT], dist/verify when left out.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = process.argv[2] ?? join(root, "dist/verify");
const source = (name) => join(root, "src/verify", name);

async function bundled(entry, platform) {
  const { outputFiles } = await build({
    entryPoints: [source(entry)],
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: "esm",
    platform,
    target: platform === "node" ? "node20" : "es2024",
    charset: "utf8",
    legalComments: "inline",
    minify: platform === "browser",
    logLevel: "error",
  });
  return outputFiles[0].text;
}

mkdirSync(out, { recursive: true });
writeFileSync(join(out, "verify.mjs"), await bundled("main.ts", "node"));
// A script element ends at its end tag wherever that stands.
const script = (await bundled("page.ts", "browser")).replaceAll("</script", "<\\/script");
const page = readFileSync(source("page.html"), "utf8").replace("/*SCRIPT*/", () => script);
writeFileSync(join(out, "verify.html"), page);
