import { describe, expect, it } from "vitest";
import { Presence } from "../../src/chat/presence";
import type { ServiceState } from "../../src/chat/protocol";

function present(state: ServiceState["state"]) {
  const told: string[] = [];
  const clock = { now: 0 };
  const link = {
    typing: (on: boolean) => void told.push(on ? "writes" : "stopped"),
    readTo: (id: number) => void told.push(`read ${id}`),
  };
  const service: { state: ServiceState["state"] } = { state };
  return {
    told,
    clock,
    service,
    presence: new Presence(
      link,
      () => service,
      () => clock.now,
    ),
  };
}

describe("Presence", () => {
  it("tells the bot nothing", () => {
    const { presence, told } = present("bot");
    presence.writing(true);
    presence.seen(5);
    expect(told).toEqual([]);
  });

  it("tells a person once, renews while the customer writes on, and tells the end", () => {
    const { presence, told, clock } = present("human");
    for (const at of [5000, 5500, 7900, 8100]) {
      clock.now = at;
      presence.writing(true);
    }
    presence.writing(false);
    presence.writing(false);
    expect(told).toEqual(["writes", "writes", "stopped"]);
  });

  it("tells each message once, and never goes back", () => {
    const { presence, told } = present("human");
    for (const id of [5, 5, 3, 8]) presence.seen(id);
    expect(told).toEqual(["read 5", "read 8"]);
  });

  it("tells what was read before a person came once there is one", () => {
    const { presence, told, service } = present("queued");
    presence.seen(5);
    service.state = "human";
    presence.seen(5);
    expect(told).toEqual(["read 5"]);
  });
});
