// XML text, built so that nothing unescaped can enter: a string is always text, and only what `tag`
// made is markup.

export type Xml = { readonly xml: string };
export type Attributes = Readonly<Record<string, string | undefined>>;

// What XML 1.0 §2.2 allows no document to hold, not even as a reference.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

function escaped(text: string): string {
  return text
    .replace(FORBIDDEN, "\ufffd")
    .replace(/[&<>"\t\n\r]/g, (character) => ENTITIES[character] ?? character);
}

/** The start of an element; what is undefined is left out. */
export function openTag(name: string, attributes: Attributes = {}): string {
  return `<${nameAndAttributes(name, attributes)}>`;
}

/** An element with its children; a string among them is text. */
export function tag(
  name: string,
  attributes: Attributes = {},
  children: readonly (Xml | string | undefined)[] = [],
): Xml {
  const inner = children
    .map((child) => (typeof child === "string" ? escaped(child) : (child?.xml ?? "")))
    .join("");
  const start = nameAndAttributes(name, attributes);
  return { xml: inner === "" ? `<${start}/>` : `<${start}>${inner}</${name}>` };
}

/** A comment; two hyphens would end it, so they are set apart. */
export function comment(text: string): string {
  const safe = text.replace(FORBIDDEN, "\ufffd").replace(/-(?=-)/g, "- ");
  return `<!-- ${safe} -->`;
}

function nameAndAttributes(name: string, attributes: Attributes): string {
  const given = Object.entries(attributes)
    .filter((pair): pair is [string, string] => pair[1] !== undefined)
    .map(([attribute, value]) => ` ${attribute}="${escaped(value)}"`);
  return `${name}${given.join("")}`;
}
