import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Refresher } from "../../src/console/refresher";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("Refresher", () => {
  it("turns a burst of events into one fetch for each view concerned", () => {
    const refresher = new Refresher();
    const list = vi.fn();
    const other = vi.fn();
    refresher.watch(["conversations"], list);
    refresher.watch(["conversation:c-2"], other);
    for (let count = 0; count < 5; count += 1)
      refresher.stale(["conversations", "conversation:c-1"]);
    vi.runAllTimers();
    expect(list).toHaveBeenCalledTimes(1);
    expect(other).not.toHaveBeenCalled();
    refresher.stale(["conversation:c-2"]);
    vi.runAllTimers();
    expect(other).toHaveBeenCalledTimes(1);
  });

  it("forgets views that are gone and reaches all others when everything may be old", () => {
    const refresher = new Refresher();
    const gone = vi.fn();
    const here = vi.fn();
    refresher.watch(["orders"], gone)();
    refresher.watch(["sms"], here);
    refresher.everything();
    expect(gone).not.toHaveBeenCalled();
    expect(here).toHaveBeenCalledTimes(1);
  });
});
