// Every hand-over format, by hand: the list is what the command line and HTTP offer.

import type { HandOver } from "./export.ts";
import { giving360 } from "./giving360.ts";
import { iati } from "./iati.ts";

export const HAND_OVERS: readonly HandOver[] = [giving360, iati];
