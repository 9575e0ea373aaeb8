// How a command fails: a sentence for stderr and the exit code that scripts go by.

import { refusalMessage } from "../domain/refusals.ts";
import { isRefusal } from "../kernel/refusal.ts";
import type { Language, Text } from "../kernel/text.ts";
import { UsageError } from "../kernel/usage-error.ts";
import { StoreUnavailable, type UnavailableCode } from "../store/event-store.ts";

export const EXIT = { fine: 0, refused: 1, usage: 2, corrupt: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

type Failure = Error & { readonly exitCode: ExitCode; readonly text: Text };

/** An error that ends the command with this exit code and text; a string is in no language. */
export function failure(exitCode: ExitCode, text: Text | string): Failure {
  const both = typeof text === "string" ? { zh: text, en: text } : text;
  return Object.assign(new Error(both.en), { exitCode, text: both });
}

/** The exit code that an error ends the process with. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof StoreUnavailable && error.code === "LOG_DAMAGED") return EXIT.corrupt;
  return (error as Partial<Failure>).exitCode ?? EXIT.refused;
}

/** Why the engine cannot answer, before its own English words for it. */
const UNAVAILABLE: Readonly<Record<UnavailableCode, string>> = {
  DISK_FULL: "磁盘已满，请腾出空间后重试",
  STORE_FAILED: "账本文件读写失败",
  STORE_BUSY: "账本正被另一进程写入，请先停止它，或用 --url 经由它写入",
  CLUSTER_UNREACHABLE: "集群无法连接，请稍后重试",
  CLUSTER_DENIED: "集群拒绝访问，请检查用户与权限",
  OUTCOME_UNKNOWN: "写入结果未知，请用同一幂等键重试",
  MIRROR_BEHIND: "本地镜像尚未跟上集群，请稍后重试",
  LOG_DAMAGED: "日志已损坏，请从备份恢复",
  OTHER_LOG: "该文件夹属于另一日志",
};

/** The sentence of an error in a language; a refusal keeps its stable code beside it. */
export function messageOf(error: unknown, language: Language): string {
  if (isRefusal(error)) return `${refusalMessage(error, language)} (${error.code})`;
  if (error instanceof StoreUnavailable && language === "zh") {
    return `${UNAVAILABLE[error.code]}：${error.message} (${error.code})`;
  }
  const { text } = error as Partial<Failure>;
  if (text !== undefined) return text[language];
  return error instanceof Error ? error.message : String(error);
}
