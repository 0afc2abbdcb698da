/**
 * Tells the open views to fetch again. A burst of events becomes one round of fetching, so a busy
 * hour does not turn every message into several requests.
 */
import type { Topic } from "./stale";

type Refetch = () => void;

export class Refresher {
  private readonly views = new Map<Refetch, readonly Topic[]>();
  private readonly waiting = new Set<Topic>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly gather = 120) {}

  watch(topics: readonly Topic[], refetch: Refetch): () => void {
    this.views.set(refetch, topics);
    return () => this.views.delete(refetch);
  }

  stale(topics: readonly Topic[]): void {
    for (const topic of topics) this.waiting.add(topic);
    this.timer ??= setTimeout(() => this.run(), this.gather);
  }

  everything(): void {
    for (const refetch of [...this.views.keys()]) refetch();
  }

  private run(): void {
    this.timer = undefined;
    const topics = new Set(this.waiting);
    this.waiting.clear();
    for (const [refetch, watched] of [...this.views]) {
      if (watched.some((topic) => topics.has(topic))) refetch();
    }
  }
}
