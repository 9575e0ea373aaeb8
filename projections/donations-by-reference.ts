// Donations by the reference of their payment: what a donor holds in the hand.

import { defineLookup } from "./lookup.ts";

export const donationsByReference = defineLookup({
  name: "donations-by-reference",
  version: 1,
  title: { zh: "按流水号查捐赠", en: "Donations by reference" },
  definition: {
    zh: "按付款流水号查找捐赠条目；同一流水号可有多笔。",
    en: "Finds donations by the payment's own reference; several may share one.",
  },
  keys({ type, data }) {
    const { reference } = data as { reference?: string };
    return type === "DonationReceived" && reference !== undefined ? [reference] : [];
  },
});
