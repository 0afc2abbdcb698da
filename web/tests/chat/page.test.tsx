// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Composer } from "../../src/chat/components/Composer";
import { Message } from "../../src/chat/components/Message";
import { type MessageRow, rowsOf } from "../../src/chat/rows";

let place: HTMLElement;
beforeEach(() => {
  place = document.createElement("div");
  document.body.append(place);
});
afterEach(() => {
  render(null, place);
  place.remove();
});

const find = <T extends Element>(testid: string) =>
  place.querySelector<T>(`[data-testid=${testid}]`) as T;

function show(message: { text: string; author?: "bot" | "customer" }): void {
  const row = rowsOf(
    [{ id: 1, at: "2026-11-21T09:00:00Z", author: "bot", ...message }],
    [],
  )[1] as MessageRow;
  act(() => render(<Message row={row} showStatus onSay={vi.fn()} onRetry={vi.fn()} />, place));
}

describe("Message", () => {
  it("inserts whatever was said as text", () => {
    show({ text: "<img src=x onerror=alert(1)><script>1</script>" });
    expect(place.querySelector("img, script")).toBeNull();
    expect(place.textContent).toContain("<img src=x onerror=alert(1)>");
  });

  it("opens links safely", () => {
    show({ text: "见 https://a.example/x 。" });
    const link = place.querySelector("a");
    expect(link?.getAttribute("href")).toBe("https://a.example/x");
    expect(link?.getAttribute("rel")).toContain("noopener");
  });

  it("carries the marks that browser tests use", () => {
    show({ text: "好", author: "customer" });
    expect(find<HTMLElement>("message").dataset).toMatchObject({ author: "customer", id: "1" });
  });
});

describe("Composer", () => {
  const type = (text: string) =>
    act(() => {
      const input = find<HTMLTextAreaElement>("input");
      input.value = text;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
  const press = (options: KeyboardEventInit) =>
    act(() => {
      const event = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, ...options });
      find("input").dispatchEvent(event);
    });
  const mount = () => {
    const onSay = vi.fn();
    mountWith(onSay, vi.fn());
    return onSay;
  };
  const mountWith = (onSay: (text: string) => void, onPicture: (file: Blob) => void) =>
    act(() =>
      render(
        <Composer
          input={{ current: null }}
          onSay={onSay}
          onWriting={() => undefined}
          onPicture={onPicture}
        />,
        place,
      ),
    );
  const files = (...named: [string, string][]) => {
    const chosen = new DataTransfer();
    for (const [name, type] of named) chosen.items.add(new File(["x"], name, { type }));
    return chosen.files;
  };

  it("sends the pictures that were chosen, and nothing else", () => {
    const onPicture = vi.fn();
    mountWith(vi.fn(), onPicture);
    const input = find<HTMLInputElement>("picture");
    const chosen = files(["灯.jpg", "image/jpeg"], ["账单.pdf", "application/pdf"]);
    Object.defineProperty(input, "files", { value: chosen });
    act(() => {
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    expect(onPicture.mock.calls.map(([file]) => file.name)).toEqual(["灯.jpg"]);
  });

  it("sends on Enter and empties the box", () => {
    const onSay = mount();
    type("你好");
    press({});
    expect(onSay).toHaveBeenCalledWith("你好");
    expect(find<HTMLTextAreaElement>("input").value).toBe("");
  });

  it("leaves the input method and Shift+Enter alone", () => {
    const onSay = mount();
    type("nihao");
    press({ isComposing: true });
    press({ shiftKey: true });
    expect(onSay).not.toHaveBeenCalled();
  });

  it("does not send more than the limit and says by how much", () => {
    const onSay = mount();
    type("😀".repeat(1000));
    expect(find<HTMLButtonElement>("send").disabled).toBe(false);
    type("长".repeat(1003));
    press({});
    expect(onSay).not.toHaveBeenCalled();
    expect(find<HTMLButtonElement>("send").disabled).toBe(true);
    expect(place.textContent).toContain("已超出 3 字");
  });
});
