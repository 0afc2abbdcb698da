/**
 * How the page speaks and looks: the usual way, or plainly and large (长辈版). The desk decides – the
 * customer asked for it in words or by the button in the header – and says so with a message.
 */
import type { ChatMessage } from "./protocol";

export type Mode = "standard" | "elderly";

/** What is said, as if typed, to change to a mode. */
export const WORDS: Record<Mode, string> = {
  elderly: "切换长辈版",
  standard: "退出长辈版",
};

export function decodeMode(custom: unknown): Mode | null {
  if (typeof custom !== "object" || custom === null) return null;
  const { mode } = custom as { mode?: unknown };
  return mode === "elderly" || mode === "standard" ? mode : null;
}

/** The mode the newest message that names one asked for. */
export function modeOf(messages: readonly ChatMessage[]): Mode {
  return messages.filter(({ mode }) => mode !== undefined).at(-1)?.mode ?? "standard";
}
