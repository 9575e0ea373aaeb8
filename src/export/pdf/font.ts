// The one font of every PDF: Noto Sans SC, from its npm package, so that a file looks the same and
// is the same bytes on every machine. Only the glyphs that are used go into the file.

import { createRequire } from "node:module";
import { type Font, openSync } from "fontkit";

const FONT_FILE = "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf";
/** Stands for a character that the font has not; the geta mark of printers. */
const MISSING = 0x3013;
const MISSING_TOLD = 50;

/** A glyph as it is in the file: its number there and its width in thousandths of the size. */
type Glyph = { readonly hex: string; readonly width: number };

export type PdfFont = {
  /** Width of a text in points at a size. */
  widthOf(text: string, size: number): number;
  /** A text as the hexadecimal string of a `Tj` operator. */
  encode(text: string): string;
  /** Characters that the font has not, each once, the first fifty. */
  missing(): string[];
  /** The font file with the glyphs used so far, and what a reader needs to know of them. */
  embed(): Embedded;
};

export type Embedded = {
  readonly file: Uint8Array;
  /** Of each glyph in the file, by its number: its width and the character it stands for. */
  readonly glyphs: readonly { readonly width: number; readonly codePoint: number | undefined }[];
  /** In thousandths of the size. */
  readonly ascent: number;
  readonly descent: number;
  readonly capHeight: number;
  readonly box: readonly number[];
};

let opened: Font | undefined;

function openFont(): Font {
  if (opened) return opened;
  const font = openSync(createRequire(import.meta.url).resolve(FONT_FILE));
  if (!("unitsPerEm" in font)) throw new Error("the font file holds a collection, not a font");
  opened = font;
  return font;
}

/** The font of a new file, no glyph used yet. */
export function createPdfFont(): PdfFont {
  const font = openFont();
  const scale = 1000 / font.unitsPerEm;
  const subset = font.createSubset();
  const known = new Map<number, Glyph>();
  const absent = new Set<string>();
  // Glyph 0 is in every subset and stands for nothing.
  const glyphs: Embedded["glyphs"][number][] = [{ width: 1000, codePoint: undefined }];
  const numbers = new Map<number, number>();

  function glyphOf(codePoint: number): Glyph {
    const found = known.get(codePoint);
    if (found) return found;
    if (!font.hasGlyphForCodePoint(codePoint)) {
      if (absent.size < MISSING_TOLD) absent.add(String.fromCodePoint(codePoint));
      const stand = glyphOf(MISSING);
      known.set(codePoint, stand);
      return stand;
    }
    const glyph = font.glyphForCodePoint(codePoint);
    const width = Math.round(glyph.advanceWidth * scale);
    let number = numbers.get(glyph.id);
    // Two characters may share a glyph; the first one is what a copy of the text gives.
    if (number === undefined) {
      subset.includeGlyph(glyph);
      number = glyphs.push({ width, codePoint }) - 1;
      numbers.set(glyph.id, number);
    }
    const made = { hex: number.toString(16).padStart(4, "0"), width };
    known.set(codePoint, made);
    return made;
  }

  return {
    widthOf(text, size) {
      let width = 0;
      for (const character of text) width += glyphOf(character.codePointAt(0) as number).width;
      return (width * size) / 1000;
    },
    encode(text) {
      let hex = "";
      for (const character of text) hex += glyphOf(character.codePointAt(0) as number).hex;
      return hex;
    },
    missing: () => [...absent],
    embed() {
      const { minX, minY, maxX, maxY } = font.bbox;
      // Parts of composed glyphs come in behind ours; they are never shown by themselves.
      return {
        file: subset.encode(),
        glyphs,
        ascent: Math.round(font.ascent * scale),
        descent: Math.round(font.descent * scale),
        capHeight: Math.round(font.capHeight * scale),
        box: [minX, minY, maxX, maxY].map((value) => Math.round(value * scale)),
      };
    },
  };
}
