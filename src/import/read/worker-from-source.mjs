// Starts the reading thread when the program runs from its TypeScript sources (tests, tsx): Node 20
// does not strip types, and a thread does not inherit the loader. A build does not contain this.
import { register } from "tsx/esm/api";

register();
await import("./worker.ts");
