/** The language of the page's own words: the site's script tag puts it into the page's address. */
export type Language = "zh" | "en";

export function languageOf(search: string): Language {
  return new URLSearchParams(search).get("lang") === "en" ? "en" : "zh";
}

export const language: Language = languageOf(globalThis.location?.search ?? "");
