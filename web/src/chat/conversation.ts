/**
 * Runs the conversation: connection events in, state out. It decides when to ask for a session and
 * for history, and hands the outbox to the gateway one message after the other.
 */
import { backoffDelay, pause } from "../shared/backoff";
import type { Kept } from "../shared/kept";
import { highestId } from "../shared/merge";
import { newMessageId } from "../shared/message_id";
import { createStore, type Store } from "../shared/store";
import {
  decodeAcknowledgement,
  decodeBotUttered,
  decodeHistory,
  decodeState,
  decodeTyping,
  decodeUserEcho,
} from "./decode";
import { type Link, type LinkListener, PictureRefused, type Utterance } from "./link";
import { nextToSend, type Outgoing, packOutbox, type Said, unpackOutbox } from "./outbox";
import { Presence } from "./presence";
import { type ChatMessage, type History, PICTURE_LIMIT, PICTURE_WORDS } from "./protocol";
import { type ChatEvent, type ChatState, openingState, reduce } from "./state";
import { saveTranscript } from "./transcript";
import { words } from "./words";

const SESSION = "xiaotong.session";
const OUTBOX = "xiaotong.outbox";
const ATTEMPTS = 4;
const HISTORY_PAGE = 200;

export interface Keeping {
  /** Shared by all tabs: the session they are in. */
  readonly session: Kept;
  /** This tab only: what it still has to send. */
  readonly tab: Kept;
}

export class Conversation implements LinkListener {
  readonly store: Store<ChatState>;
  readonly presence: Presence;
  private sessionId: string | null = null;
  private requestedId: string | null = null;
  private token: string | null = null;
  private toldToken: string | null = null;
  private sending = false;

  constructor(
    private readonly link: Link,
    private readonly keeping: Keeping,
    private readonly wait: (milliseconds: number) => Promise<void> = pause,
  ) {
    this.store = createStore(openingState(unpackOutbox(keeping.tab.read(OUTBOX))));
    this.presence = new Presence(link, () => this.store.get().service);
    this.store.subscribe(() => keeping.tab.write(OUTBOX, packOutbox(this.store.get().outbox)));
  }

  start(): void {
    this.link.listen(this);
    this.link.open();
  }

  say(text: string): void {
    const words = text.trim();
    if (words === "") return;
    this.presence.writing(false);
    this.queue({ text: words });
  }

  /** A photo, shown at once from where it lies on the customer's device. */
  show(file: Blob): void {
    const picture = { file, preview: URL.createObjectURL(file) };
    this.queue({ text: PICTURE_WORDS, picture }, file.size > PICTURE_LIMIT ? words.tooLarge : null);
  }

  private queue(said: Said, refusal: string | null = null): void {
    const messageId = newMessageId();
    this.apply({ type: "said", messageId, said, at: now() });
    if (refusal !== null) this.apply({ type: "refused", messageId, reason: refusal });
    void this.sendAll();
  }

  retry(messageId: string): void {
    this.apply({ type: "retried", messageId, at: now() });
    void this.sendAll();
  }

  connected(): void {
    this.requestedId = this.keeping.session.read(SESSION);
    this.toldToken = this.token;
    this.link.requestSession(this.requestedId, this.token);
  }

  /** Whom the site vouches for, said before or after the connection stands. */
  vouchedFor(token: string): void {
    if (token === this.token) return;
    this.token = token;
    // While a session is being asked for, its confirmation takes this up.
    if (this.sessionId === null) return;
    this.sessionId = null;
    this.connected();
  }

  /** The conversation as a file; false when it could not be had. */
  async save(): Promise<boolean> {
    return this.sessionId !== null && (await saveTranscript(this.sessionId));
  }

  lost(): void {
    this.sessionId = null;
    this.apply({ type: "linkLost" });
  }

  sessionConfirmed(confirmed: unknown): void {
    if (typeof confirmed !== "string" || confirmed === "") return;
    const shared = this.keeping.session.read(SESSION);
    if (shared !== this.requestedId && shared !== null && shared !== confirmed) {
      // Another tab opened a session while this one was asking: join it, one customer, one talk.
      this.connected();
      return;
    }
    if (confirmed !== this.requestedId) this.apply({ type: "sessionReplaced" });
    this.keeping.session.write(SESSION, confirmed);
    this.requestedId = confirmed;
    if (this.token !== this.toldToken) {
      // Nothing is said before it is known who says it.
      this.connected();
      return;
    }
    this.sessionId = confirmed;
    this.apply({ type: "sessionReady" });
    void this.catchUp(confirmed);
    void this.sendAll();
  }

  botUttered(wire: unknown): void {
    this.arrived(decodeBotUttered(wire));
  }

  userEchoed(wire: unknown): void {
    this.arrived(decodeUserEcho(wire));
  }

  typing(wire: unknown): void {
    this.apply({ type: "typingChanged", sign: decodeTyping(wire) });
  }

  stateChanged(wire: unknown): void {
    this.apply({ type: "serviceChanged", service: decodeState(wire) });
  }

  private arrived(message: ChatMessage | null): void {
    if (message !== null) this.apply({ type: "messageArrived", message });
  }

  private async catchUp(sessionId: string): Promise<void> {
    for (let attempt = 0; this.sessionId === sessionId; attempt += 1) {
      try {
        const history = await this.wholeHistory(sessionId, this.store.get().catchUp.complete);
        if (this.sessionId === sessionId) this.apply({ type: "historyArrived", history });
        return;
      } catch (error) {
        console.info("history did not come, asking again", error);
        await this.wait(backoffDelay(attempt));
      }
    }
  }

  /** From the start the newest page is enough; after an interruption nothing may be left out. */
  private async wholeHistory(sessionId: string, after: number): Promise<History> {
    let history = decodeHistory(await this.link.history(sessionId, after));
    let page = history.messages;
    while (after > 0 && page.length >= HISTORY_PAGE) {
      const next = decodeHistory(await this.link.history(sessionId, highestId(page)));
      page = next.messages;
      history = { messages: [...history.messages, ...page], state: next.state };
    }
    return history;
  }

  private async sendAll(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      let next = nextToSend(this.store.get().outbox);
      while (next !== null && this.sessionId !== null) {
        await this.deliver(next);
        next = nextToSend(this.store.get().outbox);
      }
    } finally {
      this.sending = false;
    }
  }

  private async deliver(outgoing: Outgoing): Promise<void> {
    const { messageId } = outgoing;
    for (let attempt = 0; attempt < ATTEMPTS && this.sessionId !== null; attempt += 1) {
      try {
        const utterance = await this.utterance(outgoing, this.sessionId);
        const answer = decodeAcknowledgement(await this.link.utter(utterance));
        if (answer.ok) this.apply({ type: "delivered", messageId, id: answer.id });
        else this.apply({ type: "refused", messageId, reason: answer.error });
        return;
      } catch (error) {
        if (error instanceof PictureRefused) {
          this.apply({ type: "refused", messageId, reason: error.message });
          return;
        }
        console.info("message not acknowledged, sending it again", error);
        await this.wait(backoffDelay(attempt));
      }
    }
    // Without a connection the message keeps waiting; the next session takes it up again.
    if (this.sessionId !== null) this.apply({ type: "refused", messageId, reason: "" });
  }

  /** A photo is uploaded first; the same photo again gets the same address. */
  private async utterance(outgoing: Outgoing, sessionId: string): Promise<Utterance> {
    const { messageId, text, picture } = outgoing;
    const known = { session_id: sessionId, message_id: messageId };
    if (picture === undefined) return { message: text, ...known };
    return { picture: await this.link.upload(sessionId, picture.file), ...known };
  }

  private apply(event: ChatEvent): void {
    this.store.set(reduce(this.store.get(), event));
  }
}

function now(): string {
  return new Date().toISOString();
}
