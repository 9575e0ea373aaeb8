// Installs the packages when any is missing or is not of the version that package-lock.json names.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The version of each package a lock file names; of npm's own record, those that are installed. */
function versionsIn(path) {
  const { packages } = JSON.parse(readFileSync(path, "utf8"));
  return Object.entries(packages).filter(([name, { optional }]) => name !== "" && !optional);
}

function areInstalled() {
  try {
    const installed = new Map(versionsIn("node_modules/.package-lock.json"));
    return versionsIn("package-lock.json").every(
      ([name, { version }]) => installed.get(name)?.version === version,
    );
  } catch {
    return false;
  }
}

/** Runs `npm ci` where it is needed, with what it prints; ends the program when that fails. */
export function installPackages() {
  if (areInstalled()) return;
  console.error("安装依赖 Installing packages …");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) process.exit(status ?? 1);
}
