/** The live line to the console server: comes back by itself, reads on where it was. */
import { backoffDelay } from "../shared/backoff";
import { address } from "./api";
import {
  BEFORE_ALL,
  type ConsoleEvent,
  type EventCursor,
  eventsPath,
  readFrame,
} from "./event_cursor";
import type { Sign } from "./signs";

export interface StreamListener {
  /** The line stands (again): whatever is on the screen may be old. */
  opened(): void;
  happened(event: ConsoleEvent): void;
  signed(sign: Sign): void;
  lost(): void;
}

export class EventStream {
  private cursor: EventCursor = BEFORE_ALL;
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;
  private stopped = false;

  constructor(private readonly listener: StreamListener) {}

  start(): void {
    this.stopped = false;
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.socket?.close();
  }

  private connect(): void {
    const socket = new WebSocket(address(eventsPath(this.cursor)).replace(/^http/, "ws"));
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => this.read(String(data)));
    socket.addEventListener("close", () => this.closed());
  }

  private read(data: string): void {
    const outcome = readFrame(this.cursor, parse(data));
    this.cursor = outcome.cursor;
    if (outcome.kind === "hello") {
      this.attempt = 0;
      this.listener.opened();
    } else if (outcome.kind === "event") this.listener.happened(outcome.event);
    else if (outcome.kind === "sign") this.listener.signed(outcome.sign);
  }

  private closed(): void {
    if (this.stopped) return;
    this.listener.lost();
    this.timer = setTimeout(() => this.connect(), backoffDelay(this.attempt));
    this.attempt += 1;
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (error) {
    console.warn("a frame of the event stream is not JSON", error);
    return null;
  }
}
