// Loaded before an .xls file: Excel 5 and 95 keep Chinese text in code page 936. The tables are
// large, and newer formats do not need them.

import { set_cptable } from "@e965/xlsx";
import * as codePages from "@e965/xlsx/dist/cpexcel.full.mjs";

set_cptable(codePages);
