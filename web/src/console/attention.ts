/** Calls the agent back to the tab: the title alternates while customers wait and nobody looks. */
export class Attention {
  private timer: ReturnType<typeof setInterval> | undefined;
  private waiting = 0;
  private readonly title: string;

  constructor(private readonly page: Document) {
    this.title = page.title;
    page.addEventListener("visibilitychange", () => {
      if (!page.hidden) this.calm();
    });
  }

  /** How many wait now; more than before means that somebody new has come. */
  update(waiting: number): void {
    const grown = waiting > this.waiting;
    this.waiting = waiting;
    if (grown && this.page.hidden) this.call();
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
