// The log gets a second signing key: announced by an entry that the old key still signs, so that
// whoever trusts the old one learns of the new one from the log itself.

import { defineFact } from "../fact.ts";
import { refuse } from "../refuse.ts";
import { happened } from "../rules.ts";
import { day, vkey } from "../schema.ts";

export const logKeyAnnounced = defineFact({
  type: "LogKeyAnnounced",
  version: 1,
  command: "AnnounceLogKey",
  area: "books",
  title: { zh: "公布新签名密钥", en: "Log key announced" },
  about: {
    zh: "公布账册的新签名公钥：本条仍由旧密钥签署，此后新旧两把同时签署，直至旧密钥停用。新旧同名而不同钥。",
    en: "Announces a new public key of the log: the old key still signs this entry, and both sign until the old one is retired. Both have one name and differ.",
  },
  roles: ["admin"],
  path: "/log/keys",
  verb: "log-key announce",
  input: { vkey, replaces: vkey, announcedOn: day },
  stream: (_data, id) => ({ name: `log-key-${id}`, opens: true }),
  on: (data) => data.announcedOn,
  decide({ vkey: key, replaces, announcedOn }, known) {
    happened(known, announcedOn);
    const nameOf = (text: string) => text.slice(0, text.indexOf("+"));
    if (key === replaces || nameOf(key) !== nameOf(replaces)) refuse("LOG_KEYS_DO_NOT_MATCH");
    return {};
  },
});
