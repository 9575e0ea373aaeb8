// Where the parts of the log lie in a ledger's folder.

export const LOG_FILES = {
  folder: "log",
  tiles: "log/tiles.db",
  signed: "log/signed.db",
  /** Whose cosignatures the log waits for (c2sp.org/tlog-policy). */
  policy: "log/policy",
  /** Whom readers of the log may trust: what the signing process says of itself. */
  trust: "log/trust.policy",
  /** The last checkpoints of retired keys. */
  handovers: "log/handovers",
} as const;
