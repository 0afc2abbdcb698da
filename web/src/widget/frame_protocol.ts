/** What the launcher on the operator's site and the chat page in its frame tell each other. */
export const FRAME_MARK = "xiaotong";

export type ToHost = { type: "unread"; count: number } | { type: "close" } | { type: "ready" };
export type ToFrame =
  | { type: "shown"; shown: boolean }
  /** The customer token of the site; never part of an address, which would be kept in logs. */
  | { type: "customer"; token: string };
