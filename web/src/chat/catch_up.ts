/**
 * Up to which number the page surely holds everything. Live messages may overtake the history that
 * is being fetched after a reconnect; if the line then breaks again, asking from the newest message
 * seen would leave a hole. So live messages move the mark only once the history has arrived.
 */
export interface CatchUp {
  readonly complete: number;
  readonly live: boolean;
}

export const NOTHING_YET: CatchUp = { complete: 0, live: false };

export function connectionLost(mark: CatchUp): CatchUp {
  return mark.live ? { ...mark, live: false } : mark;
}

export function historyArrived(mark: CatchUp, highest: number): CatchUp {
  return { complete: Math.max(mark.complete, highest), live: true };
}

export function messageSeen(mark: CatchUp, id: number): CatchUp {
  return mark.live && id > mark.complete ? { ...mark, complete: id } : mark;
}
