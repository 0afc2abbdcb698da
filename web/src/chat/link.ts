/** The connection to the gateway: socket.io, and HTTP for pictures. Knows names and time limits. */
import { io, type Socket } from "socket.io-client";
import { decodeUpload } from "./decode";

const ANSWER_WITHIN = 10_000;
const UPLOADED_WITHIN = 60_000;
const TOO_MANY = 429;
const SERVER_FAILED = 500;

export interface Utterance {
  /** One of the two: words, or the address an upload was answered with. */
  readonly message?: string;
  readonly picture?: string;
  readonly session_id: string;
  readonly message_id: string;
}

/** The gateway has looked at a picture and will not have it; trying again does not help. */
export class PictureRefused extends Error {}

/** What the conversation needs from a connection; answers are raw and decoded by the caller. */
export interface Link {
  listen(listener: LinkListener): void;
  open(): void;
  /** `token`: whom the operator's site vouches for. */
  requestSession(sessionId: string | null, token: string | null): void;
  history(sessionId: string, after: number): Promise<unknown>;
  utter(utterance: Utterance): Promise<unknown>;
  /** The customer writes, or has stopped; nothing is lost when it does not arrive. */
  typing(on: boolean): void;
  /** The customer has everything up to this message before their eyes. */
  readTo(id: number): void;
  /** The picture's address; rejects with `PictureRefused`, or otherwise when trying again may help. */
  upload(sessionId: string, picture: Blob): Promise<string>;
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
    socket.on("token_refused", (why: unknown) => console.warn("customer token refused", why));
    socket.on("bot_uttered", (wire: unknown) => listener.botUttered(wire));
    socket.on("user_echo", (wire: unknown) => listener.userEchoed(wire));
    socket.on("typing", (wire: unknown) => listener.typing(wire));
    socket.on("conversation_state", (wire: unknown) => listener.stateChanged(wire));
  }

  open(): void {
    this.socket.connect();
  }

  requestSession(sessionId: string | null, token: string | null): void {
    const vouched = token === null ? {} : { token };
    this.socket.emit("session_request", { session_id: sessionId, whole: true, ...vouched });
  }

  history(sessionId: string, after: number): Promise<unknown> {
    const request = { session_id: sessionId, after };
    return this.socket.timeout(ANSWER_WITHIN).emitWithAck("history", request);
  }

  utter(utterance: Utterance): Promise<unknown> {
    return this.socket.timeout(ANSWER_WITHIN).emitWithAck("user_uttered", utterance);
  }

  typing(on: boolean): void {
    if (this.socket.connected) this.socket.emit("customer_typing", { on });
  }

  readTo(id: number): void {
    if (this.socket.connected) this.socket.emit("read_to", { id });
  }

  async upload(sessionId: string, picture: Blob): Promise<string> {
    const answer = await fetch(new URL("webchat/pictures", document.baseURI), {
      method: "POST",
      headers: { "X-Session-Id": sessionId },
      body: picture,
      signal: AbortSignal.timeout(UPLOADED_WITHIN),
    });
    const uploaded = decodeUpload(await answer.json());
    if (uploaded.ok) return uploaded.picture;
    const retriable = answer.status === TOO_MANY || answer.status >= SERVER_FAILED;
    throw retriable ? new Error(uploaded.error) : new PictureRefused(uploaded.error);
  }

  private reconnectNow(): void {
    if (!this.socket.connected && this.socket.active) this.socket.disconnect().connect();
  }
}

/** Beside the page, so that a reverse proxy may serve both below a prefix. */
function socketPath(): string {
  return new URL("socket.io", document.baseURI).pathname;
}
