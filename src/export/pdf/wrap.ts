// Lines of a text within a width: Chinese breaks between any two characters, other words at blanks,
// and a mark stays with what it opens or closes.

const CLOSING = /[，。、；：！？）】》」』”’…,.;:!?)\]}%]/u;
const OPENING = /[（《“‘【「『([{]$/u;
const WIDE = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u;

/** Breaks a text into lines; at least one, possibly empty. `widthOf` measures a character. */
export function wrapped(
  text: string,
  width: number,
  widthOf: (character: string) => number,
): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  /** How much of the line may stay when the rest goes to the next one. */
  let breakAt = 0;
  for (const character of text.replace(/\p{Cc}/gu, " ")) {
    const own = widthOf(character);
    if (used + own > width && line !== "" && !CLOSING.test(character)) {
      let end = breakAt > 0 && !WIDE.test(character) ? breakAt : line.length;
      if (end > 1 && OPENING.test(line.slice(0, end))) end -= 1;
      lines.push(line.slice(0, end).trimEnd());
      line = line.slice(end).trimStart();
      used = [...line].reduce((sum, each) => sum + widthOf(each), 0);
      breakAt = 0;
    }
    line += character;
    used += own;
    if (character === " " || WIDE.test(character)) breakAt = line.length;
  }
  return [...lines, line.trimEnd()];
}
