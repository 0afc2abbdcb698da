/**
 * Keys for everything an agent does often. One table says which there are (the help page shows
 * it); views say what a key does while they are open. Keys do nothing inside fields and dialogs.
 */
import { useEffect, useRef } from "react";
import { keptIn } from "../../shared/kept";

export interface Shortcut {
  readonly key: string;
  readonly group: "到哪里" | "会话" | "回复" | "工单";
  readonly label: string;
}

export const SHORTCUTS = {
  help: { key: "?", group: "到哪里", label: "快捷键一览" },
  queued: { key: "1", group: "到哪里", label: "等待接入" },
  mine: { key: "2", group: "到哪里", label: "我的会话" },
  all: { key: "3", group: "到哪里", label: "全部会话" },
  orders: { key: "4", group: "到哪里", label: "工单看板" },
  supervision: { key: "5", group: "到哪里", label: "现场（班长）" },
  next: { key: "j", group: "会话", label: "下一个会话" },
  previous: { key: "k", group: "会话", label: "上一个会话" },
  take: { key: "t", group: "会话", label: "接入" },
  transfer: { key: "x", group: "会话", label: "转接" },
  close: { key: "e", group: "会话", label: "结束会话" },
  answer: { key: "r", group: "回复", label: "写回复" },
  note: { key: "n", group: "回复", label: "写内部备注" },
  knowledge: { key: "f", group: "回复", label: "查知识库" },
  order: { key: "o", group: "工单", label: "为当前会话建工单" },
  filter: { key: "s", group: "工单", label: "搜索工单" },
} satisfies Record<string, Shortcut>;

export type ShortcutName = keyof typeof SHORTCUTS;

/** Keys that work inside the answer box; told in the help, handled by the box. */
export const WRITING_KEYS: readonly { readonly key: string; readonly label: string }[] = [
  { key: "/", label: "打开常用语（输入框为空或在空格后）" },
  { key: "Enter", label: "发送" },
  { key: "Shift + Enter", label: "换行" },
  { key: "Esc", label: "离开输入框，快捷键可用" },
];

const OFF = "xt-console-shortcuts";

export class Shortcuts {
  private readonly actions = new Map<string, (() => void)[]>();
  private readonly kept = keptIn("localStorage");

  /** Some people press keys by accident or steer by voice: all single keys can be turned off. */
  get enabled(): boolean {
    return this.kept.read(OFF) !== "off";
  }

  set enabled(on: boolean) {
    this.kept.write(OFF, on ? null : "off");
  }

  /** The view opened last has the key. */
  on(name: ShortcutName, action: () => void): () => void {
    const { key } = SHORTCUTS[name];
    const actions = this.actions.get(key) ?? [];
    this.actions.set(key, [...actions, action]);
    return () => {
      const left = (this.actions.get(key) ?? []).filter((one) => one !== action);
      this.actions.set(key, left);
    };
  }

  /** True when the key did something. */
  press(event: KeyPress): boolean {
    const named = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
    if (named || !this.enabled || isOccupied(event.target)) return false;
    const action = this.actions.get(event.key)?.at(-1);
    action?.();
    return action !== undefined;
  }
}

type KeyPress = Pick<
  KeyboardEvent,
  "key" | "ctrlKey" | "metaKey" | "altKey" | "isComposing" | "target"
>;

const FIELDS = "input, textarea, select, [contenteditable], [role=dialog], [role=listbox]";

function isOccupied(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(FIELDS) !== null;
}

export const shortcuts = new Shortcuts();

/** `null` while the key has nothing to do here. */
export function useShortcut(name: ShortcutName, action: (() => void) | null): void {
  const latest = useRef(action);
  latest.current = action;
  const active = action !== null;
  useEffect(() => {
    if (!active) return;
    return shortcuts.on(name, () => latest.current?.());
  }, [name, active]);
}

export function useShortcutKeys(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (shortcuts.press(event)) event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}
