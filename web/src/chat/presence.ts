/** Lets the person who answers see that the customer writes, and how far they have read. */
import type { Link } from "./link";
import type { ServiceState } from "./protocol";

/** A sign lasts some seconds at the gateway; while somebody writes on it is renewed. */
const RENEW = 3000;

export class Presence {
  private on = false;
  private toldAt = 0;
  private readTo = 0;

  constructor(
    private readonly link: Pick<Link, "typing" | "readTo">,
    private readonly service: () => ServiceState,
    private readonly now: () => number = Date.now,
  ) {}

  /** Only a person is told: the bot waits for nobody. */
  writing(on: boolean): void {
    if (this.service().state !== "human") return;
    const fresh = this.now() - this.toldAt < RENEW;
    if (on === this.on && (!on || fresh)) return;
    this.on = on;
    this.toldAt = this.now();
    this.link.typing(on);
  }

  /** Told once for each message, and again after another person took over. */
  seen(id: number): void {
    if (this.service().state !== "human" || id <= this.readTo) return;
    this.readTo = id;
    this.link.readTo(id);
  }
}
