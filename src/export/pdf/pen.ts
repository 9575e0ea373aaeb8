// Draws on one page: texts and lines as PDF operators, in points from the lower left corner.

import type { PdfFont } from "./font.ts";

export type Pen = {
  text(x: number, y: number, text: string, size: number): void;
  /** A text that ends at x; drawn smaller when it is wider than `room`. */
  right(x: number, y: number, text: string, fit: { size: number; room: number }): void;
  centred(x: number, y: number, text: string, size: number): void;
  line(from: readonly [number, number], to: readonly [number, number]): void;
  /** Shades an area; what is drawn later stands on it. */
  shade(x: number, y: number, width: number, height: number): void;
  operators(): string;
};

/** A pen for a new page. */
export function createPen(font: PdfFont): Pen {
  const parts: string[] = ["0.4 w 0.6 G"];

  function put(x: number, y: number, text: string, size: number): void {
    if (text === "") return;
    parts.push(`BT /F1 ${short(size)} Tf ${short(x)} ${short(y)} Td <${font.encode(text)}> Tj ET`);
  }

  return {
    text: put,
    right(x, y, text, { size, room }) {
      const width = font.widthOf(text, size);
      const fits = width > room ? room / width : 1;
      put(x - width * fits, y, text, size * fits);
    },
    centred: (x, y, text, size) => put(x - font.widthOf(text, size) / 2, y, text, size),
    line([x1, y1], [x2, y2]) {
      parts.push(`${short(x1)} ${short(y1)} m ${short(x2)} ${short(y2)} l S`);
    },
    shade(x, y, width, height) {
      const box = [x, y, width, height].map(short).join(" ");
      parts.push(`0.92 g ${box} re f 0 g`);
    },
    operators: () => parts.join("\n"),
  };
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
