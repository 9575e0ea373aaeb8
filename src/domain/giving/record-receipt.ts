// The official donation receipt (公益事业捐赠票据). The finance system issues it; the ledger records
// its own code and number and never invents one (财综〔2024〕1号).

import { z } from "zod";
import { inBoth } from "../../kernel/in-both.ts";
import { defineFact } from "../fact.ts";
import { happened, liveFact, notBefore } from "../rules.ts";
import { day, id } from "../schema.ts";

export const receiptRecorded = defineFact({
  type: "ReceiptRecorded",
  version: 1,
  command: "RecordReceipt",
  area: "giving",
  title: { zh: "登记捐赠票据", en: "Receipt recorded" },
  about: {
    zh: "登记财政部门系统开具的捐赠票据的代码、号码与校验码；同一票据只能登记一次。",
    en: "Records the code, number and check code of the official receipt that the finance system issued; one receipt is recorded once.",
  },
  path: "/donations/{donation}/receipts",
  verb: "receipt record",
  input: {
    donation: id,
    code: z
      .string()
      .regex(
        /^[0-9]{6,12}$/,
        inBoth({ zh: "票据代码，6 至 12 位数字", en: "the receipt's code, 6 to 12 digits" }),
      ),
    number: z
      .string()
      .regex(
        /^[0-9]{6,20}$/,
        inBoth({ zh: "票据号码，6 至 20 位数字", en: "the receipt's number, 6 to 20 digits" }),
      ),
    checkCode: z
      .string()
      .regex(
        /^[0-9A-Za-z]{4,8}$/,
        inBoth({
          zh: "票据校验码，4 至 8 位字母或数字",
          en: "the receipt's check code, 4 to 8 letters or digits",
        }),
      )
      .optional(),
    issuedOn: day,
  },
  derived: {},
  stream: ({ code, number }) => ({ name: `receipt-${code}-${number}`, opens: true }),
  on: (data) => data.issuedOn,
  decide({ donation, issuedOn }, known) {
    happened(known, issuedOn);
    const { event } = liveFact(known, donation, "DonationReceived");
    notBefore(issuedOn, (event.data as { receivedOn: string }).receivedOn);
    return {};
  },
  links: ({ donation }) => [donation],
});
