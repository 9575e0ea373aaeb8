// 信息公开日程: what hosts, funds and projects must publish, and by when. The days left are counted
// from the day that the report is as of; whether it was done is in no fact, and the report says so.

import { z } from "zod";
import { DUTIES, type Duty, dueDays, type Occasion } from "../../src/domain/journal/disclosure.ts";
import { type Day, dayNumber, dayOfNumber } from "../../src/kernel/day.ts";
import type { Text } from "../../src/kernel/text.ts";
import { accountBalance } from "../account-balance.ts";
import { FROM_TO } from "./account-cells.ts";
import { defineReport, type ReportContext, type Row } from "./report.ts";
import { dutyAboutWords, dutyStatusWords, markWords } from "./words.ts";

/** How far back a day that has passed is shown when no first day is asked for. */
const DAYS_BACK = 365;

const NOT_RECORDED: Text = {
  zh: "是否已公开：本账本无此记录。",
  en: "Whether it was published is not recorded here.",
};

const STATUSES = ["due", "soon-30", "soon-7", "today", "overdue-unless-done"] as const;

/** Somebody or something that owes a disclosure. */
type Subject = {
  readonly about: "host" | "fund" | "project";
  readonly host: string | null;
  readonly subject: string;
  readonly subjectName: string | null;
  readonly since: string;
  readonly occasion: Occasion;
};

export const disclosureClock = defineReport({
  name: "disclosure-clock",
  title: { zh: "信息公开日程表", en: "Disclosure clock" },
  tally: accountBalance.name,
  definition: {
    zh: "依托组织按年、基金按设立日、项目按登记日与结项日，依有日期的规则数据推算到期日；剩余天数自报表截至日起算。默认显示到期日在截至日前一年之后者。是否已公开，账本无记录。",
    en: "Due days follow from the year of a host, the day a fund was formed and the days a project was registered and closed, by dated rules; days left count from the day the report is as of. Left out, the first due day is one year back. Whether a thing was published is not recorded.",
  },
  key: ["about", "subject", "duty", "due"],
  filters: ["about", "subject", "host", "duty", "due"],
  params: [
    ...FROM_TO,
    { name: "status", title: { zh: "状态", en: "Status" }, value: z.enum(STATUSES) },
  ],
  columns: [
    { name: "due", title: { zh: "到期日", en: "Due" }, kind: "date" },
    { name: "daysLeft", title: { zh: "剩余天数", en: "Days left" }, kind: "count", sums: false },
    { name: "status", title: { zh: "状态", en: "Status" }, kind: "text", words: dutyStatusWords },
    { name: "about", title: { zh: "对象", en: "About" }, kind: "text", words: dutyAboutWords },
    { name: "host", title: { zh: "依托组织", en: "Host" }, kind: "text" },
    { name: "subject", title: { zh: "编号", en: "Subject" }, kind: "text" },
    { name: "subjectName", title: { zh: "名称", en: "Name" }, kind: "text" },
    { name: "since", title: { zh: "起算", en: "Counted from" }, kind: "text" },
    { name: "duty", title: { zh: "规则", en: "Rule" }, kind: "text" },
    { name: "dutyZh", title: { zh: "公开事项", en: "Duty (zh)" }, kind: "text", language: "zh" },
    { name: "dutyEn", title: { zh: "公开事项（英文）", en: "Duty" }, kind: "text", language: "en" },
    { name: "mark", title: { zh: "核对", en: "Checked" }, kind: "text", words: markWords },
    { name: "source", title: { zh: "依据", en: "Source" }, kind: "text" },
    { name: "noteZh", title: { zh: "说明", en: "Note (zh)" }, kind: "text", language: "zh" },
    { name: "noteEn", title: { zh: "说明（英文）", en: "Note" }, kind: "text", language: "en" },
  ],
  rows(context) {
    const { day, filters } = context;
    const { from = dayOfNumber(dayNumber(day) - DAYS_BACK), to, status, due: asked } = filters;
    const first = asked ?? from;
    const rows = [...subjectsOf(context)].flatMap((subject) =>
      DUTIES.flatMap((duty) =>
        dueDays(duty, subject.occasion, day)
          .filter((due) => due >= first && (to === undefined || due <= to))
          .map((due) => rowOf(subject, duty, { due, day })),
      ),
    );
    return rows
      .filter((row) => status === undefined || row["status"] === status)
      .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  },
  // Days are no sums of entries.
  figure: () => undefined,
});

function sortKey({ due, about, subject, duty }: Row): string {
  return `${due}|${about}|${subject}|${duty}`;
}

/** Everybody who was there on the day of the report. */
function* subjectsOf(context: ReportContext): Generator<Subject> {
  const { books, day, events } = context;
  const thisYear = Number(day.slice(0, 4));
  for (const { data } of events("HostRegistered")) {
    // Data of this type, as its fact has checked it.
    const { host, name, registeredOn } = data as { host: string; name: string; registeredOn: Day };
    if (registeredOn > day) continue;
    for (const year of [thisYear - 1, thisYear]) {
      const occasion = { kind: "year", year } as const;
      yield { about: "host", host, subject: host, subjectName: name, since: `${year}`, occasion };
    }
  }
  for (const { id, name, host, openedOn } of books.funds.values()) {
    if (openedOn > day) continue;
    const occasion = { kind: "fund", formedOn: openedOn } as const;
    yield { about: "fund", host, subject: id, subjectName: name, since: openedOn, occasion };
  }
  yield* projectsOf(context);
}

function* projectsOf({ books, day, events }: ReportContext): Generator<Subject> {
  const ended = new Map<string, Day>();
  for (const { data } of events("ProjectClosed")) {
    // Data of these types, as their facts have checked them.
    const { project, closedOn } = data as { project: string; closedOn: Day };
    if (closedOn <= day) ended.set(project, closedOn);
  }
  for (const { id, data } of events("ProjectRegistered")) {
    const { title, fund, registeredOn } = data as {
      title: string;
      fund?: string;
      registeredOn: Day;
    };
    if (registeredOn > day) continue;
    const endedOn = ended.get(id) ?? null;
    yield {
      about: "project",
      host: (fund && books.funds.get(fund)?.host) || null,
      subject: id,
      subjectName: title,
      since: endedOn ? `${registeredOn}/${endedOn}` : registeredOn,
      occasion: { kind: "project", startedOn: registeredOn, endedOn },
    };
  }
}

function rowOf(
  { occasion: _occasion, ...subject }: Subject,
  duty: Duty,
  { due, day }: { readonly due: Day; readonly day: Day },
): Row {
  const left = dayNumber(due) - dayNumber(day);
  const { id, title, note, mark, source } = duty;
  return {
    ...subject,
    due,
    daysLeft: String(left),
    status: statusOf(left),
    duty: id,
    dutyZh: title.zh,
    dutyEn: title.en,
    mark,
    source,
    noteZh: `${NOT_RECORDED.zh}${note?.zh ?? ""}`,
    noteEn: note ? `${NOT_RECORDED.en} ${note.en}` : NOT_RECORDED.en,
  };
}

function statusOf(left: number): (typeof STATUSES)[number] {
  if (left < 0) return "overdue-unless-done";
  if (left === 0) return "today";
  return left <= 7 ? "soon-7" : left <= 30 ? "soon-30" : "due";
}
