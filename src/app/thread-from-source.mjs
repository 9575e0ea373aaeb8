// Starts a thread whose module is TypeScript, when the program runs from its sources (tests, tsx):
// Node 20 does not strip types, and a thread does not inherit the loader. A build does not contain
// this.
import { register } from "tsx/esm/api";

register();
await import(process.argv[2]);
