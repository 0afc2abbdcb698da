/** What the site's script tag says about the launcher, checked. Pure. */
import { COLOR_FORM, inkOn } from "../shared/color";
import type { Language } from "../shared/language";

export interface LauncherSettings {
  readonly title: string;
  readonly color: string;
  readonly ink: string;
  readonly language: Language;
  readonly left: boolean;
  /** The chat page, beside the script, told which site it is shown on. */
  readonly page: string;
}

const TITLES: Record<Language, string> = { zh: "在线客服", en: "Customer service" };
const COLOR = "#1450b8";

export function settingsOf(
  scriptAddress: string,
  data: Record<string, string | undefined>,
  hostOrigin: string,
): LauncherSettings {
  const page = new URL("./", scriptAddress);
  page.searchParams.set("host", hostOrigin);
  const language = data.lang === "en" ? "en" : "zh";
  if (language === "en") page.searchParams.set("lang", language);
  const given = data.color ?? "";
  const color = COLOR_FORM.test(given) ? given : COLOR;
  if (color === given) page.searchParams.set("color", color);
  return {
    title: data.title?.trim() || TITLES[language],
    color,
    ink: inkOn(color),
    language,
    left: data.position === "left",
    page: page.href,
  };
}

export function badgeText(count: number): string {
  if (count <= 0) return "";
  return count > 99 ? "99+" : String(count);
}
