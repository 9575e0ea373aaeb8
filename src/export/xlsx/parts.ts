// The parts of a workbook that hold no figures (ECMA-376 Part 1, 12.3 and 18.2): what sheets there
// are, how cells look, who made it.

import { xml } from "./cells.ts";
import type { Part } from "./zip.ts";

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";

export const WORKSHEET = `${DECLARATION}<worksheet xmlns="${MAIN}">`;

/** What a workbook is, once its sheets are written; `titled` sheets repeat row 1 on each page. */
export type Workbook = {
  readonly title: string;
  readonly sheets: readonly { readonly name: string; readonly titled: boolean }[];
  readonly createdAt: string | null;
};

/** Where the n-th sheet lies, from 1. */
export function sheetPath(number: number): string {
  return `xl/worksheets/sheet${number}.xml`;
}

/** Everything beside the sheets. */
export function workbookParts(book: Workbook): Part[] {
  const part = (name: string, body: string): Part => ({ name, chunks: [DECLARATION, body] });
  return [
    part("xl/styles.xml", STYLES),
    part("xl/workbook.xml", workbook(book)),
    part("xl/_rels/workbook.xml.rels", workbookLinks(book)),
    part("docProps/core.xml", coreOf(book)),
    part("_rels/.rels", LINKS),
    part("[Content_Types].xml", contentTypes(book)),
  ];
}

function workbook({ sheets }: Workbook): string {
  const list = sheets.map(
    ({ name }, at) => `<sheet name="${xml(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`,
  );
  const titles = sheets.flatMap(({ name, titled }, at) => {
    const quoted = xml(`'${name.replaceAll("'", "''")}'`);
    if (!titled) return [];
    return `<definedName name="_xlnm.Print_Titles" localSheetId="${at}">${quoted}!$1:$1</definedName>`;
  });
  return (
    `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${list.join("")}</sheets>` +
    `<definedNames>${titles.join("")}</definedNames></workbook>`
  );
}

function workbookLinks({ sheets }: Workbook): string {
  const links = sheets.map((_, at) => {
    const target = sheetPath(at + 1).slice("xl/".length);
    return `<Relationship Id="rId${at + 1}" Type="${OFFICE}/worksheet" Target="${target}"/>`;
  });
  return (
    `<Relationships xmlns="${PACKAGE}/relationships">${links.join("")}` +
    `<Relationship Id="styles" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`
  );
}

const LINKS =
  `<Relationships xmlns="${PACKAGE}/relationships">` +
  `<Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/>` +
  `<Relationship Id="rId2" Type="${PACKAGE}/relationships/metadata/core-properties"` +
  ' Target="docProps/core.xml"/></Relationships>';

function contentTypes({ sheets }: Workbook): string {
  const overrides = [
    ["/xl/workbook.xml", `${SHEET_TYPE}.sheet.main+xml`],
    ["/xl/styles.xml", `${SHEET_TYPE}.styles+xml`],
    ["/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"],
    ...sheets.map((_, at) => [`/${sheetPath(at + 1)}`, `${SHEET_TYPE}.worksheet+xml`]),
  ].map(([name, type]) => `<Override PartName="${name}" ContentType="${type}"/>`);
  return (
    `<Types xmlns="${PACKAGE}/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    `<Default Extension="xml" ContentType="application/xml"/>${overrides.join("")}</Types>`
  );
}

function coreOf({ title, createdAt }: Workbook): string {
  const created =
    createdAt === null
      ? ""
      : `<dcterms:created xsi:type="dcterms:W3CDTF">${xml(createdAt)}</dcterms:created>`;
  return (
    `<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties"` +
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"' +
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
    `<dc:title>${xml(title)}</dc:title><dc:creator>Almoner 善账</dc:creator>${created}` +
    "</cp:coreProperties>"
  );
}

// In the order of STYLE; 3 and 4 are built-in number formats, 49 is text.
const STYLES =
  `<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="#,##0.000"/>` +
  '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts>' +
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>' +
  '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
  '<fills count="4"><fill><patternFill patternType="none"/></fill>' +
  '<fill><patternFill patternType="gray125"/></fill>' +
  '<fill><patternFill patternType="solid"><fgColor rgb="FFE7ECF3"/></patternFill></fill>' +
  '<fill><patternFill patternType="solid"><fgColor rgb="FFFFF2CC"/></patternFill></fill></fills>' +
  '<borders count="1"><border/></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  '<cellXfs count="8"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1"' +
  ' applyFont="1" applyFill="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>' +
  [49, 3, 4, 164, 165]
    .map(
      (id) =>
        `<xf numFmtId="${id}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`,
    )
    .join("") +
  '<xf numFmtId="49" fontId="0" fillId="3" borderId="0" xfId="0" applyNumberFormat="1"' +
  ' applyFill="1" applyAlignment="1"><alignment horizontal="right"/></xf></cellXfs></styleSheet>';
