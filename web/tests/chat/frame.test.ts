// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import { embedding } from "../../src/chat/embedding";
import { paint } from "../../src/chat/theme";

describe("embedding", () => {
  it("hears shown and customer from the site that frames it, and from nobody else", () => {
    const parent = {} as Window;
    const listeners: ((event: unknown) => void)[] = [];
    const view = {
      location: { href: "https://chat.example/?host=https%3A%2F%2Fsite.example" },
      parent,
      addEventListener: (_: string, listener: (event: unknown) => void) => listeners.push(listener),
      removeEventListener: vi.fn(),
    } as unknown as Window;
    const [shown, customer] = [vi.fn(), vi.fn()];
    const host = embedding(view);
    host.onShown(shown);
    host.onCustomer(customer);
    const send = (data: unknown, origin = "https://site.example", source: unknown = parent) => {
      for (const listener of listeners) listener({ data, origin, source });
    };
    send({ mark: "xiaotong", type: "customer", token: "a.b.c" });
    send({ mark: "xiaotong", type: "shown", shown: true });
    send({ mark: "xiaotong", type: "customer", token: "evil" }, "https://evil.example");
    send({ mark: "xiaotong", type: "customer", token: "evil" }, "https://site.example", {});
    send({ type: "customer", token: "unmarked" });
    send({ mark: "xiaotong", type: "customer", token: 5 });
    expect(customer.mock.calls).toEqual([["a.b.c"]]);
    expect(shown.mock.calls).toEqual([[true]]);
  });
});

describe("theme", () => {
  it("takes a colour and the ink that is read on it, and nothing but a colour", () => {
    const root = document.createElement("div");
    paint(root, "?color=red;}");
    expect(root.getAttribute("style")).toBeNull();
    paint(root, "?color=%23ffd400");
    expect(root.style.getPropertyValue("--accent")).toBe("#ffd400");
    expect(root.style.getPropertyValue("--on-accent")).toBe("#111111");
  });
});
