// What an error says, in both languages: its own text, or words for what the system reports.

import type { Text } from "./text.ts";

const SYSTEM: Readonly<Record<string, Text>> = {
  EACCES: { zh: "没有权限", en: "permission denied" },
  EADDRINUSE: { zh: "端口已被占用", en: "the port is in use" },
  ECONNREFUSED: { zh: "那里没有服务器在听", en: "no server listens there" },
  ECONNRESET: { zh: "连接被对方中断", en: "the connection was cut" },
  EEXIST: { zh: "已经存在", en: "exists already" },
  EISDIR: { zh: "是文件夹，不是文件", en: "is a folder, not a file" },
  ENOENT: { zh: "没有这个文件或文件夹", en: "no such file or folder" },
  ENOSPC: { zh: "磁盘已满", en: "the disk is full" },
  ENOTDIR: { zh: "不是文件夹", en: "is no folder" },
  ENOTFOUND: { zh: "没有这个主机", en: "no such host" },
  ERR_INVALID_URL: { zh: "不是网址", en: "is no URL" },
  ETIMEDOUT: { zh: "连接超时", en: "the connection timed out" },
};

type Known = {
  readonly text?: Text;
  readonly code?: string;
  /** The file that a call of the system was about. */
  readonly path?: string;
};

/** The text of an error; one that is neither ours nor the system's is in no language. */
export function errorText(error: unknown): Text {
  const { text, code = "", path } = error as Known;
  if (text !== undefined) return text;
  const words = SYSTEM[code];
  if (words) {
    const known = { zh: `${words.zh} (${code})`, en: `${words.en} (${code})` };
    return path === undefined ? known : about(path, known);
  }
  const message = error instanceof Error ? error.message : String(error);
  return { zh: message, en: message };
}

/** A text behind the name of what it is about. */
export function about(what: string, { zh, en }: Text): Text {
  return { zh: `${what}：${zh}`, en: `${what}: ${en}` };
}
