// Every rule's refusal: what it says, what to do, and the HTTP status. Codes are promises.

import type { Refusal } from "../kernel/refusal.ts";
import { fill, type Language, type Text } from "../kernel/text.ts";

type RefusalText = Text & { readonly status: 403 | 404 | 409 | 422 };

export const REFUSALS = {
  LEDGER_NOT_OPEN: {
    status: 409,
    zh: "账本尚未启用，请先运行 almoner init",
    en: "The ledger is not open yet; run almoner init first",
  },
  READ_ONLY: {
    status: 403,
    zh: "这里只读：请向写入账本的进程提交",
    en: "This only reads; record through the process that writes the ledger",
  },
  ZONE_UNKNOWN: {
    status: 422,
    zh: "没有时区 {zone}，请写 IANA 名称，例如 Asia/Shanghai",
    en: "There is no zone {zone}; give an IANA name such as Asia/Shanghai",
  },
  LEDGER_ALREADY_OPEN: { status: 409, zh: "账本已启用", en: "The ledger is open already" },
  HOST_UNKNOWN: {
    status: 404,
    zh: "没有依托慈善组织 {host}，请先登记",
    en: "No host charity {host}; register it first",
  },
  HOST_EXISTS: {
    status: 409,
    zh: "依托慈善组织 {host} 已登记",
    en: "Host charity {host} is registered already",
  },
  COMMUNITY_UNKNOWN: {
    status: 404,
    zh: "没有区划 {community}，请先登记",
    en: "No community {community}; register it first",
  },
  COMMUNITY_EXISTS: {
    status: 409,
    zh: "区划 {community} 已登记",
    en: "Community {community} is registered already",
  },
  COMMUNITY_LEVEL: {
    status: 422,
    zh: "区划代码 {community} 的位数与层级 {level} 不符",
    en: "Division code {community} does not have the form of level {level}",
  },
  COMMUNITY_ENDED: {
    status: 422,
    zh: "区划 {community} 已于 {validTo} 撤并，请用新码",
    en: "Community {community} ended on {validTo}; use the code that followed it",
  },
  COMMUNITY_PARENT: {
    status: 422,
    zh: "上级 {parent} 必须已登记且层级更高",
    en: "Parent {parent} must be registered and of a higher level",
  },
  PAYEE_UNKNOWN: {
    status: 404,
    zh: "没有收款方 {payee}，请先登记",
    en: "No payee {payee}; register it first",
  },
  PAYEE_NAMED_PERSON: {
    status: 422,
    zh: "个人收款方不得写姓名，请用不透明编号",
    en: "A person as payee carries no name; use an opaque reference",
  },
  PAYEE_NEEDS_NAME: {
    status: 422,
    zh: "机构收款方须写名称 (name)",
    en: "An organisation as payee needs a name (name)",
  },
  PROJECT_UNKNOWN: {
    status: 404,
    zh: "没有项目 {project}，请先登记",
    en: "No project {project}; register it first",
  },
  PROJECT_ENDED: { status: 409, zh: "项目 {project} 已结束", en: "Project {project} has ended" },
  FUND_UNKNOWN: { status: 404, zh: "没有基金 {fund}", en: "No fund {fund}" },
  CAME_TOO_LATE: {
    status: 409,
    zh: "此幂等键的条目到达集群时，账期已结或基金已终止，未记入；请换一个新键登记",
    en: "What was asked with this key reached the cluster after its period or fund was closed and was not recorded; ask again with a new key",
  },
  FUND_CLOSED: { status: 409, zh: "基金 {fund} 已终止", en: "Fund {fund} is closed" },
  FUND_SUSPENDED: {
    status: 409,
    zh: "基金 {fund} 已暂停，恢复后才能作此决定",
    en: "Fund {fund} is suspended; resume it before deciding this",
  },
  FUND_NOT_SUSPENDED: {
    status: 409,
    zh: "基金 {fund} 并未暂停",
    en: "Fund {fund} is not suspended",
  },
  FUND_NOT_EMPTY: {
    status: 409,
    zh: "基金 {fund} 尚有余额：可用 {available}，已承诺 {committed}，物资 {stock}",
    en: "Fund {fund} is not empty: available {available}, committed {committed}, goods {stock}",
  },
  FUND_OVERDRAWN: {
    status: 409,
    zh: "基金 {fund} 的 {bucket} 已透支 {amount}，补足之前不能再作决定",
    en: "Bucket {bucket} of fund {fund} is overdrawn by {amount}; cover it before deciding more",
  },
  FUND_LEVEL: {
    status: 422,
    zh: "基金层级 {level} 与区划 {community} 的层级 {communityLevel} 不符",
    en: "Fund level {level} differs from community {community}'s level {communityLevel}",
  },
  SAME_FUND: {
    status: 422,
    zh: "转出与转入不能是同一基金",
    en: "A transfer needs two different funds",
  },
  CURRENCY_DIFFERS: {
    status: 422,
    zh: "币种 {currency} 与基金币种 {fundCurrency} 不符",
    en: "Currency {currency} differs from the fund's, {fundCurrency}",
  },
  DAY_IN_FUTURE: {
    status: 422,
    zh: "日期 {day} 晚于今天 {today}",
    en: "Day {day} lies after today, {today}",
  },
  INSUFFICIENT_FUNDS: {
    status: 409,
    zh: "可用余额不足：需要 {needed}，可用 {available}",
    en: "Not enough money: {needed} needed, {available} available",
  },
  BUCKET_NOT_ALLOWED: {
    status: 422,
    zh: "{bucket} 的捐赠限定不允许这样使用",
    en: "The donor's restriction of {bucket} does not allow this use",
  },
  DRAWS_DO_NOT_ADD_UP: {
    status: 422,
    zh: "各来源合计 {sum}，应为 {amount}",
    en: "The draws add up to {sum}, not to {amount}",
  },
  CONSENT_NEEDED: {
    status: 422,
    zh: "限定到基金的款项转出须附捐赠人同意书的哈希 (consent)",
    en: "Money restricted to the fund leaves it only with the donor's consent (consent: hash)",
  },
  FACT_UNKNOWN: { status: 404, zh: "账本中没有 {id}", en: "The ledger has no {id}" },
  FACT_OF_OTHER_KIND: {
    status: 422,
    zh: "{id} 是 {found}，不是 {wanted}",
    en: "{id} is a {found}, not a {wanted}",
  },
  FACT_REVERSED: {
    status: 409,
    zh: "第 {entry} 条已被冲销",
    en: "Entry {entry} has been reversed",
  },
  EXCEEDS_WHAT_IS_LEFT: {
    status: 409,
    zh: "超过剩余：要求 {asked}，剩余 {left}",
    en: "More than is left: {asked} asked, {left} left",
  },
  DAYS_REVERSED: {
    status: 422,
    zh: "止于 {to} 早于始于 {from}",
    en: "The last day, {to}, lies before the first, {from}",
  },
  DAY_BEFORE_ORIGIN: {
    status: 422,
    zh: "日期 {day} 早于原条目的日期 {origin}",
    en: "Day {day} lies before the original's day, {origin}",
  },
  GOODS_ITEM_UNKNOWN: { status: 422, zh: "没有第 {item} 项物资", en: "There is no item {item}" },
  ENTRY_UNKNOWN: { status: 404, zh: "没有第 {entry} 条", en: "There is no entry {entry}" },
  ENTRY_NOT_REVERSIBLE: {
    status: 422,
    zh: "第 {entry} 条（{type}）不能冲销",
    en: "Entry {entry} ({type}) cannot be reversed",
  },
  ENTRY_HAS_FOLLOW_UPS: {
    status: 409,
    zh: "第 {entry} 条之后有第 {later} 条依据它，请先冲销后者",
    en: "Entry {later} builds on entry {entry}; reverse that one first",
  },
  WOULD_OVERDRAW: {
    status: 409,
    zh: "冲销会使 {bucket} 透支 {amount}；如属实请写明 acceptOverdraft",
    en: "The reversal would overdraw {bucket} by {amount}; if that is so, say acceptOverdraft",
  },
  WOULD_UNCOVER_PAYMENTS: {
    status: 409,
    zh: "冲销后第 {entry} 条拨付将不足以支付已付款项，请先冲销后来的付款",
    en: "The reversal would leave allocation entry {entry} short of what was paid; reverse the later payment first",
  },
  PERIOD_CLOSED: {
    status: 409,
    zh: "{day} 已结账（{host}）；最早可用日期是 {open}，更正请记在开放月份并指明原条目",
    en: "{day} is closed in the books of {host}; the first open day is {open}: date a correction there and name what it corrects",
  },
  PERIOD_NOT_OVER: {
    status: 422,
    zh: "{period} 在 {day} 尚未结束，结账日期须在其后",
    en: "{period} is not over on {day}; the closing is dated after it",
  },
  PERIOD_CLOSED_ALREADY: {
    status: 409,
    zh: "{host} 的 {period} 已结账",
    en: "{period} is closed already in the books of {host}",
  },
  PERIOD_NOT_CLOSED: {
    status: 409,
    zh: "{host} 的 {period} 未结账，无须反结账",
    en: "{period} is not closed in the books of {host}, so there is nothing to reopen",
  },
  SAME_PERSON: {
    status: 403,
    zh: "{period} 由您结账，反结账须由他人办理",
    en: "You closed {period}; somebody else must reopen it",
  },
  APPROVER_IS_MAKER: {
    status: 403,
    zh: "第 {entry} 条由您制单，须由他人审核；请避开它分段审核",
    en: "You recorded entry {entry}; somebody else must approve it: leave it out of your run",
  },
  APPROVED_ALREADY: {
    status: 409,
    zh: "第 {entry} 条已审核，请从其后开始",
    en: "Entry {entry} is approved already; leave it out",
  },
  APPROVAL_TOO_LONG: {
    status: 422,
    zh: "一次至多审核 {most} 条，请分段办理",
    en: "At most {most} entries are approved at once; approve them in parts",
  },
  NOTHING_TO_APPROVE: {
    status: 422,
    zh: "第 {first} 至 {last} 条没有涉及 {host} 的资金条目",
    en: "No entry from {first} to {last} touches the money of {host}",
  },
  ACCOUNT_UNKNOWN: {
    status: 422,
    zh: "{regime} 制度没有可记账的科目 {account}",
    en: "The {regime} chart has no account {account} that can be posted to",
  },
  FUND_OF_OTHER_HOST: {
    status: 422,
    zh: "基金 {fund} 不属于依托慈善组织 {host}",
    en: "Fund {fund} is not one of host charity {host}",
  },
  BUCKET_NOT_OF_ACCOUNT: {
    status: 422,
    zh: "科目 {account} 与限定桶 {bucket} 不符：限定与非限定、自有与受托代理须一致",
    en: "Account {account} does not fit bucket {bucket}: restricted or not, own or held as agent, must agree",
  },
  OPENING_BELOW_ZERO: {
    status: 422,
    zh: "基金 {fund} 的货币资金科目 {account} 期初不得为贷方",
    en: "Fund {fund} cannot bring forward a credit on the cash account {account}",
  },
  OPENING_NOT_BALANCED: {
    status: 422,
    zh: "期初余额借贷不平：{part} 借方减贷方为 {difference}",
    en: "The opening balance is not balanced: in {part} debits minus credits are {difference}",
  },
  REASON_NEEDED: { status: 422, zh: "须写明原因 (reason)", en: "A reason is needed (reason)" },
  KEY_REUSED: {
    status: 422,
    zh: "幂等键已用于第 {entry} 条且内容不同，请换新键",
    en: "The idempotency key made entry {entry} from another body; use a new key",
  },
  ENTRY_TOO_LARGE: {
    status: 422,
    zh: "条目 {bytes} 字节，上限 {limit}",
    en: "The entry has {bytes} bytes, the limit is {limit}",
  },
  STREAM_CONFLICT: {
    status: 409,
    zh: "其他节点同时在 {stream} 上写入，请用同一幂等键重试",
    en: "Other nodes keep writing to {stream}; try again with the same key",
  },
  STREAM_DELETED: {
    status: 409,
    zh: "{stream} 在集群上已被删除；请核对日志并从备份恢复",
    en: "{stream} was deleted on the cluster; check the log and restore a backup",
  },
  ATOMIC_UNSUPPORTED: {
    status: 409,
    zh: "此集群不能一次写入多个流：请逐条提交，或升级服务器（25.1 起；交错写入须 26.0.3 起）",
    en: "This cluster cannot write to several streams at once: send the lines one by one, or upgrade the server (25.1 on; interleaved from 26.0.3)",
  },
  STREAM_EXISTS: { status: 409, zh: "{stream} 已存在", en: "{stream} exists already" },
  FIGURE_UNKNOWN: {
    status: 404,
    zh: "没有数字 {figure}；写作 报表.列，例如 grassroots-total.value",
    en: "There is no figure {figure}; it is REPORT.COLUMN, such as grassroots-total.value",
  },
  FIGURE_OF_PERIOD: {
    status: 422,
    zh: "{figure} 按科目表与记账规则编制，外人仅凭分录不能重算，故不单独公布；其期间由结账条目固定。可公布 {reports}",
    en: "{figure} rests on a chart of accounts and posting rules, so that nobody could compute it again from the entries alone; closing fixes its period. What can be published are {reports}",
  },
  FIGURE_ROW_UNKNOWN: {
    status: 404,
    zh: "{figure} 没有这一行；须写明 {key}",
    en: "{figure} has no such row; it is named by {key}",
  },
  AS_OF_NOT_YET: {
    status: 422,
    zh: "{asOf} 尚未到来：账册到第 {head} 条为止；经 HTTP 可用 atLeast 等待后来的条目",
    en: "{asOf} is yet to come: the log ends at entry {head}; over HTTP, atLeast waits for an entry",
  },
  LOG_FORK: {
    status: 409,
    zh: "账本与已签署的检查点矛盾（{kind}，依据 {source}）：已签署 {size} 条，现有 {head} 条；已停止写入和签署，请恢复最新备份，再运行 almoner doctor",
    en: "The ledger contradicts a signed checkpoint ({kind}, known from {source}): {size} entries were signed, {head} are here; nothing is written or signed until the latest backup is back; run almoner doctor",
  },
  LOG_KEYS_DO_NOT_MATCH: {
    status: 422,
    zh: "新旧签名密钥须同名且不同；请用 almoner keys rotate",
    en: "The new and the old signing key have one name and differ; use almoner keys rotate",
  },
  KEY_EXISTS: {
    status: 409,
    zh: "{dir} 中已有签名密钥；更换请用 almoner keys rotate",
    en: "There is a signing key in {dir} already; change it by almoner keys rotate",
  },
  SOURCE_IDENTITY: {
    status: 409,
    zh: "来源 {source} 的行以 {kept} 辨认，映射 {mapping} 却写 {asked}：已记入的捐赠会再记一次。请把映射的 identity 改回，或换一个来源",
    en: "Rows of source {source} are told apart by {kept}, mapping {mapping} says {asked}: gifts would be recorded again. Put identity in the mapping back, or give another source",
  },
  FILE_RECORDED: {
    status: 409,
    zh: "此文件的捐赠已在账册（如第 {entry} 条），而来源 {source} 在此处是新的，各行会再记一次。请用当初的来源名称，并在存有当初 people.db 与 sources.db 的文件夹导入（恢复或换机时一并复制）；若当初记错，先冲销",
    en: "Gifts of this file are on the log (entry {entry}), and source {source} is new here, so that they would be recorded again. Give the source that they were imported as, where its people.db and sources.db lie (copy them along with the log); if they were a mistake, reverse them first",
  },
  OPENING_RECORDED: {
    status: 409,
    zh: "{host} 的期初余额已由另一文件记入第 {entry} 条；请先冲销",
    en: "Opening balances of {host} are recorded already, from another file, as entry {entry}; reverse it first",
  },
  EXPORT_NEEDS: { status: 422, zh: "请指明 {name}", en: "Say which {name}" },
  VOUCHER_CURRENCY: {
    status: 422,
    zh: "条目 {entry} 以 {currency} 计，凭证导入只收人民币；请用其他导出",
    en: "Entry {entry} is in {currency}; vouchers are imported in CNY alone; use another export",
  },
  EXPORT_NEEDS_HOST: {
    status: 422,
    zh: "一个文件只含一家慈善组织，请用 host 指明：{hosts}",
    en: "A file is about one host charity; say which with host: {hosts}",
  },
  EXPORT_EMPTY: {
    status: 404,
    zh: "截至该时点没有可导出的内容；请换一个时点或慈善组织",
    en: "As of this point there is nothing to export; choose another point or host",
  },
  KEY_FILE_EXPOSED: {
    status: 403,
    zh: "密钥文件 {path} 可被他人读取；请先 chmod 600",
    en: "Key file {path} can be read by others; chmod 600 it first",
  },
} as const satisfies Record<string, RefusalText>;

export type RefusalCode = keyof typeof REFUSALS;

function textOf(code: string): RefusalText | undefined {
  return (REFUSALS as Record<string, RefusalText>)[code];
}

/** The sentence of a refusal in a language, with its parameters filled in. */
export function refusalMessage(refusal: Refusal, language: Language): string {
  const text = textOf(refusal.code);
  return text ? fill(text[language], refusal.params) : refusal.code;
}

/** The HTTP status of a refusal code. */
export function refusalStatus(code: string): 403 | 404 | 409 | 422 {
  return textOf(code)?.status ?? 409;
}
