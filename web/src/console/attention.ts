/** Calls the agent back to the tab: the title alternates while customers wait and nobody looks. */
export class Attention {
  private timer: ReturnType<typeof setInterval> | undefined;
  private waiting = 0;
  private unread = 0;
  private readonly title: string;

  /** `tell` makes it known beyond the title (sound, notice of the system). */
  constructor(
    private readonly page: Document,
    private readonly tell: (words: string, hidden: boolean) => void = () => undefined,
  ) {
    this.title = page.title;
    page.addEventListener("visibilitychange", () => {
      if (!page.hidden) this.calm();
    });
  }

  /** How many wait now, and unread words of own customers; more than before is news. */
  update(waiting: number, unread = 0): void {
    const arrived = waiting > this.waiting;
    const written = unread > this.unread;
    this.waiting = waiting;
    this.unread = unread;
    if (arrived) this.tell("有客户等待接入", this.page.hidden);
    else if (written) this.tell("客户发来新消息", this.page.hidden);
    if (arrived && this.page.hidden) this.call();
    else if (this.timer === undefined) this.page.title = this.counted();
  }

  private call(): void {
    clearInterval(this.timer);
    let loud = false;
    this.timer = setInterval(() => {
      loud = !loud;
      this.page.title = loud ? "【有客户等待接入】" : this.counted();
    }, 900);
  }

  private calm(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.page.title = this.counted();
  }

  private counted(): string {
    return this.waiting > 0 ? `(${this.waiting}) ${this.title}` : this.title;
  }
}
