/** What the site's script tag says about the launcher, checked. Pure. */
export interface LauncherSettings {
  readonly title: string;
  readonly color: string;
  readonly ink: string;
  /** The chat page, beside the script, told which site it is shown on. */
  readonly page: string;
}

const TITLE = "在线客服";
const COLOR = "#1450b8";

export function settingsOf(
  scriptAddress: string,
  data: Record<string, string | undefined>,
  hostOrigin: string,
): LauncherSettings {
  const page = new URL("./", scriptAddress);
  page.searchParams.set("host", hostOrigin);
  const color = /^#[0-9a-f]{6}$/i.test(data.color ?? "") ? (data.color as string) : COLOR;
  return { title: data.title?.trim() || TITLE, color, ink: inkOn(color), page: page.href };
}

/** Black or white, whichever can be read better on the site's colour. */
export function inkOn(color: string): string {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? "#ffffff" : "#111111";
}

export function badgeText(count: number): string {
  if (count <= 0) return "";
  return count > 99 ? "99+" : String(count);
}
