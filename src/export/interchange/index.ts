// Every hand-over format, by hand: the list is what the command line and HTTP offer.

import { beancount } from "./beancount.ts";
import type { HandOver } from "./export.ts";
import { giving360 } from "./giving360.ts";
import { hledger } from "./hledger.ts";
import { iati } from "./iati.ts";
import { ledger } from "./ledger.ts";
import { vouchers } from "./vouchers.ts";

export const HAND_OVERS: readonly HandOver[] = [
  giving360,
  iati,
  hledger,
  ledger,
  beancount,
  vouchers,
];
