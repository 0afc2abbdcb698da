/**
 * Waiting time before the next attempt: doubling from `first` up to `most`, with up to half of it
 * taken off at random so that all browsers do not come back in the same second.
 */
export function backoffDelay(
  attempt: number,
  { first = 500, most = 15_000, random = Math.random }: BackoffOptions = {},
): number {
  const full = Math.min(most, first * 2 ** Math.min(attempt, 20));
  return Math.round(full * (1 - random() / 2));
}

export interface BackoffOptions {
  first?: number;
  most?: number;
  random?: () => number;
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
