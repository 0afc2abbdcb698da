import { useCallback, useContext, useEffect, useRef, useState } from "react";
import { Desk } from "./desk_context";
import { wordsOf } from "./failure";
import { parseRoute, type Route } from "./route";
import type { Topic } from "./stale";

export interface Fetched<T> {
  data: T | null;
  problem: string | null;
  refetch: () => void;
  /** Changes what is held now, until the next fetch brings the server's view. */
  update: (change: (data: T) => T) => void;
}

/** Fetches for a view and keeps it fresh: again when the key changes or a topic becomes old. */
export function useFetched<T>(
  key: string,
  topics: readonly Topic[],
  fetch: () => Promise<T>,
): Fetched<T> {
  const { refresher } = useContext(Desk);
  const [held, setHeld] = useState<{ key: string; data: T } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const round = useRef(0);
  const latest = useRef(fetch);
  latest.current = fetch;

  const refetch = useCallback(() => {
    round.current += 1;
    const mine = round.current;
    latest.current().then(
      (data) => {
        // A slower, older answer must not overwrite a newer one.
        if (mine !== round.current) return;
        setHeld({ key, data });
        setProblem(null);
      },
      (error: unknown) => {
        if (mine === round.current) setProblem(wordsOf(error));
      },
    );
  }, [key]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the topics too
  useEffect(() => {
    setProblem(null);
    refetch();
    return refresher.watch(topics, refetch);
  }, [refetch, refresher]);

  const update = useCallback(
    (change: (data: T) => T) => setHeld((now) => now && { ...now, data: change(now.data) }),
    [],
  );
  return { data: held?.key === key ? held.data : null, problem, refetch, update };
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const follow = () => setRoute(parseRoute(location.hash));
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  return route;
}

/** Words as they are once typing pauses, so that the server is not asked for each letter. */
export function useSettled(words: string): string {
  const [settled, setSettled] = useState(words);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(words), 300);
    return () => clearTimeout(timer);
  }, [words]);
  return settled;
}

/** The present moment, renewed often enough for clocks that count down. */
export function useNow(every = 1000): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
