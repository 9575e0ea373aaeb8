// A PDF file written page by page (ISO 32000-1). What a page shows is gone from memory once it is
// written; only the place of each object is kept. No clock is read: the date is the report's point.

import { zlibSync } from "fflate";
import type { Embedded, PdfFont } from "./font.ts";

export type PageSize = { readonly width: number; readonly height: number };

export type Pdf = {
  /** Writes a page of drawing operators; the font is called F1. */
  page(size: PageSize, operators: string): void;
  /** Writes what stands at the end of the file. */
  end(): void;
  /** What was written since the last call. */
  take(): Uint8Array[];
};

type Info = {
  readonly title: string;
  readonly language: string;
  /** RFC 3339, in UTC. */
  readonly createdAt: string | null;
};

/** Numbers of the objects that every file has. */
const CATALOG = 1;
const PAGES = 2;
const INFO = 3;
const FONT = 4;
const CID_FONT = 5;
const DESCRIPTOR = 6;
const FONT_FILE = 7;
const TO_UNICODE = 8;
const FIRST_FREE = 9;

const FONT_NAME = "ALMNER+NotoSansSC-Regular";
// The fastest level that still halves a page of figures.
const LEVEL = 3;

/** Starts a file. */
export function createPdf({ title, language, createdAt }: Info, font: PdfFont): Pdf {
  let ready: Uint8Array[] = [];
  let offset = 0;
  const offsets: number[] = [];
  const pages: number[] = [];
  let free = FIRST_FREE;

  function write(bytes: Uint8Array): void {
    ready.push(bytes);
    offset += bytes.length;
  }

  function object(number: number, body: string): void {
    offsets[number] = offset;
    write(latin(`${number} 0 obj\n${body}\nendobj\n`));
  }

  function stream(number: number, content: Uint8Array, more = ""): void {
    offsets[number] = offset;
    const bytes = zlibSync(content, { level: LEVEL });
    const dictionary = `<< /Length ${bytes.length} /Filter /FlateDecode${more} >>`;
    write(latin(`${number} 0 obj\n${dictionary}\nstream\n`));
    write(bytes);
    write(latin("\nendstream\nendobj\n"));
  }

  write(latin("%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n"));

  return {
    page({ width, height }, operators) {
      const content = free++;
      const page = free++;
      stream(content, latin(operators));
      pages.push(page);
      object(
        page,
        `<< /Type /Page /Parent ${PAGES} 0 R /MediaBox [0 0 ${width} ${height}] ` +
          `/Resources << /Font << /F1 ${FONT} 0 R >> >> /Contents ${content} 0 R >>`,
      );
    },
    end() {
      const embedded = font.embed();
      for (const [number, body] of fontObjects(embedded)) object(number, body);
      stream(FONT_FILE, embedded.file, ` /Length1 ${embedded.file.length}`);
      stream(TO_UNICODE, latin(toUnicode(embedded)));
      const kids = pages.map((page) => `${page} 0 R`).join(" ");
      object(PAGES, `<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`);
      const date = createdAt === null ? "" : ` /CreationDate ${dateText(createdAt)}`;
      object(INFO, `<< /Title ${textOf(title)} /Creator ${textOf("Almoner 善账")}${date} >>`);
      object(
        CATALOG,
        `<< /Type /Catalog /Pages ${PAGES} 0 R /Lang (${language}) ` +
          "/ViewerPreferences << /DisplayDocTitle true >> >>",
      );
      const start = offset;
      write(latin(crossReferences(offsets)));
      write(
        latin(
          `trailer\n<< /Size ${offsets.length} /Root ${CATALOG} 0 R /Info ${INFO} 0 R >>\n` +
            `startxref\n${start}\n%%EOF\n`,
        ),
      );
    },
    take() {
      const taken = ready;
      ready = [];
      return taken;
    },
  };
}

function fontObjects({ glyphs, ascent, descent, capHeight, box }: Embedded): [number, string][] {
  const widths = glyphs.map(({ width }) => width).join(" ");
  const system = "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>";
  return [
    [
      FONT,
      `<< /Type /Font /Subtype /Type0 /BaseFont /${FONT_NAME} /Encoding /Identity-H ` +
        `/DescendantFonts [${CID_FONT} 0 R] /ToUnicode ${TO_UNICODE} 0 R >>`,
    ],
    [
      CID_FONT,
      `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /${FONT_NAME} ${system} ` +
        `/FontDescriptor ${DESCRIPTOR} 0 R /CIDToGIDMap /Identity /DW 1000 /W [0 [${widths}]] >>`,
    ],
    [
      DESCRIPTOR,
      `<< /Type /FontDescriptor /FontName /${FONT_NAME} /Flags 4 /FontBBox [${box.join(" ")}] ` +
        `/ItalicAngle 0 /Ascent ${ascent} /Descent ${descent} /CapHeight ${capHeight} ` +
        `/StemV 80 /FontFile2 ${FONT_FILE} 0 R >>`,
    ],
  ];
}

const MAPPED_AT_ONCE = 100;

// Glyph number → character, so that a text can be searched and copied (ISO 32000-1, 9.10.3).
function toUnicode({ glyphs }: Embedded): string {
  const lines = glyphs.flatMap(({ codePoint }, number) =>
    codePoint === undefined
      ? []
      : [`<${hex4(number)}> <${utf16(String.fromCodePoint(codePoint))}>`],
  );
  const blocks: string[] = [];
  for (let at = 0; at < lines.length; at += MAPPED_AT_ONCE) {
    const block = lines.slice(at, at + MAPPED_AT_ONCE);
    blocks.push(`${block.length} beginbfchar\n${block.join("\n")}\nendbfchar`);
  }
  return (
    "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
    "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
    "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n" +
    `${blocks.join("\n")}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n`
  );
}

function crossReferences(offsets: readonly number[]): string {
  const lines = Array.from({ length: offsets.length - 1 }, (_, at) => {
    return `${String(offsets[at + 1]).padStart(10, "0")} 00000 n \n`;
  });
  return `xref\n0 ${offsets.length}\n0000000000 65535 f \n${lines.join("")}`;
}

function dateText(instant: string): string {
  return `(D:${instant.slice(0, 19).replace(/[-:T]/g, "")}Z)`;
}

/** A text outside of pages: UTF-16 with its byte order mark. */
function textOf(text: string): string {
  return `<feff${utf16(text)}>`;
}

function utf16(text: string): string {
  let hex = "";
  for (let at = 0; at < text.length; at++) hex += hex4(text.charCodeAt(at));
  return hex;
}

function hex4(value: number): string {
  return value.toString(16).padStart(4, "0");
}

function latin(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}
