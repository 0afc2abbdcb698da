import { describe, expect, it } from "vitest";
import { lastSeen, talkRows } from "../../src/console/conversations/talk_rows";
import type { StaffMessage, StaffNote } from "../../src/console/model";

const message = (id: number, at: string, author: StaffMessage["author"] = "agent") => ({
  id,
  author,
  text: `m${id}`,
  at,
});
const note = (id: number, at: string): StaffNote => ({ id, kind: "note", by: "李", text: "n", at });

describe("talkRows", () => {
  it("puts notes where they were written, a day line where a day begins", () => {
    const rows = talkRows(
      [message(1, "2026-11-21T02:00:00Z"), message(2, "2026-11-23T02:00:00Z")],
      [note(1, "2026-11-21T02:00:00Z"), note(2, "2026-11-23T03:00:00Z")],
    );
    expect(rows.map(({ key }) => key)).toEqual(["m1", "n1", "m2", "n2"]);
    expect(rows.map(({ day }) => day !== null)).toEqual([true, false, true, false]);
  });

  it("shows notes of a conversation in which nothing was said", () => {
    expect(talkRows([], [note(1, "2026-11-21T02:00:00Z")])).toHaveLength(1);
  });
});

describe("lastSeen", () => {
  it("is the newest of the agent's words that the customer has had before their eyes", () => {
    const said = [message(3, ""), message(5, "", "customer"), message(7, ""), message(9, "")];
    expect(lastSeen(said, 8)).toBe(7);
    expect(lastSeen(said, 2)).toBeNull();
  });
});
