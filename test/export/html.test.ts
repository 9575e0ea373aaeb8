import { expect, test } from "vitest";
import { COMMUNITY, fileOf, resultOf } from "./sample.ts";

test("an HTML page shows a report and runs nothing, whatever a name holds", async () => {
  const name = `<script>alert("1")</script>&`;
  const file = (await fileOf(resultOf([{ ...COMMUNITY, name }]), "html")).toString("utf8");
  expect(file).toContain("<td>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;</td>");
  expect(file).not.toContain("<script");
  expect(file).toContain('<td class="n">1,234,567.89</td>');
  expect(file).toContain("<dt>控制合计 收到 CNY</dt><dd>1,234,567.89</dd>");
  expect(file).toContain("【演示】");
});
