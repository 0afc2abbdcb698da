/** The socket.io connection to the gateway; knows event names and time limits, nothing else. */
import { io, type Socket } from "socket.io-client";

const ANSWER_WITHIN = 10_000;

export interface Utterance {
  readonly message: string;
  readonly session_id: string;
  readonly message_id: string;
}

/** What the conversation needs from a connection; answers are raw and decoded by the caller. */
export interface Link {
  listen(listener: LinkListener): void;
  open(): void;
  requestSession(sessionId: string | null): void;
  history(sessionId: string, after: number): Promise<unknown>;
  utter(utterance: Utterance): Promise<unknown>;
}

export interface LinkListener {
  connected(): void;
  lost(): void;
  sessionConfirmed(sessionId: unknown): void;
  botUttered(wire: unknown): void;
  userEchoed(wire: unknown): void;
  typing(wire: unknown): void;
  stateChanged(wire: unknown): void;
}

export class SocketLink implements Link {
  private readonly socket: Socket;

  constructor() {
    this.socket = io({
      path: socketPath(),
      autoConnect: false,
      transports: ["websocket", "polling"],
      // Some company networks let no websocket through; polling is the way round.
      tryAllTransports: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 8000,
      timeout: ANSWER_WITHIN,
    });
    // A waiting reconnect may be many seconds away; the browser knows when the network is back.
    window.addEventListener("online", () => this.reconnectNow());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.reconnectNow();
    });
  }

  listen(listener: LinkListener): void {
    const { socket } = this;
    socket.on("connect", () => listener.connected());
    socket.on("connect_error", () => listener.lost());
    socket.on("disconnect", (reason) => {
      listener.lost();
      // After a disconnect ordered by the server the client library does not come back by itself.
      if (reason === "io server disconnect") setTimeout(() => socket.connect(), 2000);
    });
    socket.on("session_confirm", (id: unknown) => listener.sessionConfirmed(id));
    socket.on("bot_uttered", (wire: unknown) => listener.botUttered(wire));
    socket.on("user_echo", (wire: unknown) => listener.userEchoed(wire));
    socket.on("typing", (wire: unknown) => listener.typing(wire));
    socket.on("conversation_state", (wire: unknown) => listener.stateChanged(wire));
  }

  open(): void {
    this.socket.connect();
  }

  requestSession(sessionId: string | null): void {
    this.socket.emit("session_request", { session_id: sessionId });
  }

  history(sessionId: string, after: number): Promise<unknown> {
    const request = { session_id: sessionId, after };
    return this.socket.timeout(ANSWER_WITHIN).emitWithAck("history", request);
  }

  utter(utterance: Utterance): Promise<unknown> {
    return this.socket.timeout(ANSWER_WITHIN).emitWithAck("user_uttered", utterance);
  }

  private reconnectNow(): void {
    if (!this.socket.connected && this.socket.active) this.socket.disconnect().connect();
  }
}

/** Beside the page, so that a reverse proxy may serve both below a prefix. */
function socketPath(): string {
  return new URL("socket.io", document.baseURI).pathname;
}
