// JSON text with exact decimals: an amount is written digit by digit as it stands in the ledger and
// never becomes a float on the way.

/** An amount that becomes a JSON number. */
export type Decimal = { readonly decimal: string };

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | Decimal
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue | undefined };

function isDecimal(value: object): value is Decimal {
  return "decimal" in value;
}

/** The text of a value; members that are undefined are left out. */
export function jsonText(value: JsonValue): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isDecimal(value)) return value.decimal;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(",")}]`;
  const members = Object.entries(value)
    .filter((member): member is [string, JsonValue] => member[1] !== undefined)
    .map(([name, member]) => `${JSON.stringify(name)}:${jsonText(member)}`);
  return `{${members.join(",")}}`;
}
