import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Attention } from "../../src/console/attention";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function page(hidden: boolean) {
  const target = new EventTarget();
  return Object.assign(target, { title: "工作台", hidden }) as unknown as Document & {
    hidden: boolean;
  };
}

describe("Attention", () => {
  it("counts in the title while somebody looks", () => {
    const open = page(false);
    new Attention(open).update(2);
    expect(open.title).toBe("(2) 工作台");
    vi.advanceTimersByTime(5000);
    expect(open.title).toBe("(2) 工作台");
  });

  it("calls when a customer comes and nobody looks, until somebody does", () => {
    const away = page(true);
    const attention = new Attention(away);
    attention.update(1);
    vi.advanceTimersByTime(1000);
    expect(away.title).toBe("【有客户等待接入】");
    away.hidden = false;
    away.dispatchEvent(new Event("visibilitychange"));
    expect(away.title).toBe("(1) 工作台");
  });

  it("tells of new customers and of words of own ones, each once", () => {
    const told: string[] = [];
    const open = page(false);
    const attention = new Attention(open, (words, hidden) => told.push(`${words} ${hidden}`));
    attention.update(1, 0);
    attention.update(1, 0);
    attention.update(1, 2);
    attention.update(0, 0);
    open.hidden = true;
    attention.update(0, 1);
    expect(told).toEqual(["有客户等待接入 false", "客户发来新消息 false", "客户发来新消息 true"]);
  });

  it("does not call when the queue gets shorter", () => {
    const away = page(false);
    const attention = new Attention(away);
    attention.update(2);
    away.hidden = true;
    attention.update(1);
    vi.advanceTimersByTime(1000);
    expect(away.title).toBe("(1) 工作台");
  });
});
