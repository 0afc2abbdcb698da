/** Light or dark: as the system says, unless somebody chose; the choice stays in this browser. */
import { useEffect, useState } from "react";
import { keptIn } from "../../shared/kept";
import type { Scheme } from "./palette";

export type SchemeChoice = "system" | Scheme;

const KEY = "xt-console-scheme";
const CHOICES: readonly SchemeChoice[] = ["system", "light", "dark"];

export function nextChoice(choice: SchemeChoice): SchemeChoice {
  return CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length] ?? "system";
}

export function schemeOf(choice: SchemeChoice, systemIsDark: boolean): Scheme {
  if (choice !== "system") return choice;
  return systemIsDark ? "dark" : "light";
}

export interface SchemeState {
  readonly choice: SchemeChoice;
  readonly scheme: Scheme;
  readonly choose: (choice: SchemeChoice) => void;
}

export function useScheme(): SchemeState {
  const [kept] = useState(() => keptIn("localStorage"));
  const [choice, setChoice] = useState<SchemeChoice>(
    () => CHOICES.find((known) => known === kept.read(KEY)) ?? "system",
  );
  const systemIsDark = useMedia("(prefers-color-scheme: dark)");
  const choose = (next: SchemeChoice) => {
    kept.write(KEY, next);
    setChoice(next);
  };
  return { choice, scheme: schemeOf(choice, systemIsDark), choose };
}

export function useMedia(query: string): boolean {
  const [list] = useState(() => window.matchMedia(query));
  const [matches, setMatches] = useState(list.matches);
  useEffect(() => {
    const follow = () => setMatches(list.matches);
    list.addEventListener("change", follow);
    return () => list.removeEventListener("change", follow);
  }, [list]);
  return matches;
}
