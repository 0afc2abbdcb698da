/**
 * Browser storage that may be missing: private windows and embedded frames can refuse it, and then
 * the page keeps its values in memory for as long as it is open.
 */
export interface Kept {
  read(key: string): string | null;
  write(key: string, value: string | null): void;
}

export function keptIn(name: "localStorage" | "sessionStorage"): Kept {
  const memory = new Map<string, string>();
  const storage = available(name);
  return {
    read: (key) => memory.get(key) ?? storage?.getItem(key) ?? null,
    write(key, value) {
      memory.delete(key);
      try {
        if (value === null) storage?.removeItem(key);
        else storage?.setItem(key, value);
        if (storage === null && value !== null) memory.set(key, value);
      } catch (error) {
        console.warn("browser storage is full, keeping the value in memory", error);
        if (value !== null) memory.set(key, value);
      }
    },
  };
}

function available(name: "localStorage" | "sessionStorage"): Storage | null {
  try {
    return window[name];
  } catch (error) {
    console.warn("browser storage is refused, keeping values in memory", error);
    return null;
  }
}
