// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { SHORTCUTS, Shortcuts } from "../../src/console/shell/shortcuts";

const press = (shortcuts: Shortcuts, key: string, changes = {}) =>
  shortcuts.press({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    isComposing: false,
    target: document.body,
    ...changes,
  });

beforeEach(() => localStorage.clear());

describe("Shortcuts", () => {
  it("has each key once", () => {
    const keys = Object.values(SHORTCUTS).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("lets the view opened last have the key, and gives it back", () => {
    const shortcuts = new Shortcuts();
    const first = vi.fn();
    const second = vi.fn();
    shortcuts.on("take", first);
    const close = shortcuts.on("take", second);
    expect(press(shortcuts, "t")).toBe(true);
    close();
    press(shortcuts, "t");
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
  });

  it("leaves fields, dialogs and keys of the browser alone", () => {
    const shortcuts = new Shortcuts();
    const action = vi.fn();
    shortcuts.on("take", action);
    document.body.innerHTML = '<textarea></textarea><div role="dialog"><button></button></div>';
    for (const target of document.querySelectorAll("textarea, button")) {
      expect(press(shortcuts, "t", { target })).toBe(false);
    }
    expect(press(shortcuts, "t", { ctrlKey: true })).toBe(false);
    expect(press(shortcuts, "t", { isComposing: true })).toBe(false);
    expect(press(shortcuts, "z")).toBe(false);
    expect(action).not.toHaveBeenCalled();
  });

  it("can be turned off, and stays so", () => {
    const shortcuts = new Shortcuts();
    const action = vi.fn();
    shortcuts.on("take", action);
    shortcuts.enabled = false;
    expect(press(shortcuts, "t")).toBe(false);
    expect(new Shortcuts().enabled).toBe(false);
    shortcuts.enabled = true;
    expect(press(shortcuts, "t")).toBe(true);
  });
});
