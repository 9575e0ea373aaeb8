// Every business fact there is, one line each. The order is the order of the docs.

import { logKeyAnnounced } from "./books/announce-log-key.ts";
import { entriesApproved } from "./books/approve-entries.ts";
import { periodClosed } from "./books/close-period.ts";
import { figurePublished } from "./books/publish-figure.ts";
import { openingBalanceRecorded } from "./books/record-opening.ts";
import { restrictionReleased } from "./books/release-restriction.ts";
import { periodReopened } from "./books/reopen-period.ts";
import { logKeyRetired } from "./books/retire-log-key.ts";
import { entryReversed } from "./books/reverse-entry.ts";
import type { AnyFact } from "./fact.ts";
import { feeCharged } from "./funds/charge-fee.ts";
import { fundClosed } from "./funds/close-fund.ts";
import { transferMade } from "./funds/make-transfer.ts";
import { fundOpened } from "./funds/open-fund.ts";
import { interestReceived } from "./funds/receive-interest.ts";
import { fundResumed } from "./funds/resume-fund.ts";
import { fundSuspended } from "./funds/suspend-fund.ts";
import { goodsIssued } from "./giving/issue-goods.ts";
import { donationReceived } from "./giving/receive-donation.ts";
import { goodsReceived } from "./giving/receive-goods.ts";
import { pledgeRecorded } from "./giving/record-pledge.ts";
import { receiptRecorded } from "./giving/record-receipt.ts";
import { donationRefunded } from "./giving/refund-donation.ts";
import { allocationMade } from "./granting/make-allocation.ts";
import { allocationReleased } from "./granting/release-allocation.ts";
import { projectClosed } from "./parties/close-project.ts";
import { ledgerOpened } from "./parties/open-ledger.ts";
import { communityRegistered } from "./parties/register-community.ts";
import { hostRegistered } from "./parties/register-host.ts";
import { payeeRegistered } from "./parties/register-payee.ts";
import { projectRegistered } from "./parties/register-project.ts";
import { disbursementMade } from "./paying/make-disbursement.ts";
import { costRecorded } from "./paying/record-cost.ts";
import { disbursementReturned } from "./paying/return-disbursement.ts";

export const FACTS: readonly AnyFact[] = [
  ledgerOpened,
  hostRegistered,
  communityRegistered,
  payeeRegistered,
  projectRegistered,
  projectClosed,
  fundOpened,
  fundSuspended,
  fundResumed,
  fundClosed,
  transferMade,
  feeCharged,
  interestReceived,
  donationReceived,
  donationRefunded,
  goodsReceived,
  goodsIssued,
  pledgeRecorded,
  receiptRecorded,
  allocationMade,
  allocationReleased,
  disbursementMade,
  disbursementReturned,
  costRecorded,
  entryReversed,
  figurePublished,
  restrictionReleased,
  openingBalanceRecorded,
  periodClosed,
  periodReopened,
  entriesApproved,
  logKeyAnnounced,
  logKeyRetired,
];

const byType = new Map(FACTS.map((fact) => [fact.type, fact]));
const byCommand = new Map(FACTS.map((fact) => [fact.command, fact]));

/** The fact that an event type belongs to. */
export function factOfType(type: string): AnyFact | undefined {
  return byType.get(type);
}

/** The fact that a command records. */
export function factOfCommand(command: string): AnyFact | undefined {
  return byCommand.get(command);
}
