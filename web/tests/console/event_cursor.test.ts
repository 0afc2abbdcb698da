import { describe, expect, it } from "vitest";
import { BEFORE_ALL, eventsPath, readFrame } from "../../src/console/event_cursor";
import { staleTopics } from "../../src/console/stale";

const hello = (id: number) => ({ type: "hello", last_event_id: id });

describe("event cursor", () => {
  it("begins at the end of the journal", () => {
    const outcome = readFrame(BEFORE_ALL, hello(41));
    expect(outcome).toEqual({ kind: "hello", cursor: { last: 41 }, restart: true });
    expect(eventsPath(BEFORE_ALL)).toBe("events");
    expect(eventsPath(outcome.cursor)).toBe("events?after=41");
  });

  it("reads on after a reconnect without jumping over the missed events", () => {
    const again = readFrame({ last: 41 }, hello(44));
    expect(again).toEqual({ kind: "hello", cursor: { last: 41 }, restart: false });
    const missed = readFrame(again.cursor, { id: 42, type: "MessageReceived" });
    expect(missed).toMatchObject({ kind: "event", cursor: { last: 42 } });
  });

  it("ignores what it has seen and what it cannot read", () => {
    for (const frame of [
      { id: 41, type: "A" },
      { id: 3, type: "A" },
      null,
      "x",
      { id: "1" },
      { type: 5 },
    ]) {
      expect(readFrame({ last: 41 }, frame).kind).toBe("ignored");
    }
  });

  it("takes signs as they come and stays where it is", () => {
    const sign = { type: "sign", conversation_id: "c-1", typing: true, read_to: 4 };
    const outcome = readFrame({ last: 41 }, sign);
    expect(outcome).toEqual({ kind: "sign", cursor: { last: 41 }, sign });
  });

  it("begins again when the server has a younger journal", () => {
    expect(readFrame({ last: 41 }, hello(2))).toMatchObject({ cursor: { last: 2 }, restart: true });
  });
});

describe("staleTopics", () => {
  it("names the views an event concerns", () => {
    const event = { id: 1, type: "WorkOrderOpened", conversation_id: "c-1", work_order: "BX1" };
    expect(staleTopics(event)).toEqual([
      "conversations",
      "conversation:c-1",
      "orders",
      "order:BX1",
    ]);
    expect(staleTopics({ id: 2, type: "SmsSent" })).toEqual(["sms"]);
    expect(staleTopics({ id: 4, type: "AgentStatusChanged" })).toEqual(["people"]);
    expect(staleTopics({ id: 3, type: "PolicyChanged" })).toEqual(["conversations", "orders"]);
  });
});
