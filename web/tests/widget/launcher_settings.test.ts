import { describe, expect, it } from "vitest";
import { inkOn } from "../../src/shared/color";
import { badgeText, settingsOf } from "../../src/widget/launcher_settings";

const script = "https://chat.example/help/widget.js?v=2";

describe("launcher settings", () => {
  it("opens the page beside the script and tells it which site it is on", () => {
    const { page } = settingsOf(script, {}, "https://site.example");
    expect(page).toBe("https://chat.example/help/?host=https%3A%2F%2Fsite.example");
  });

  it("takes the site's title and colour, and nothing but a colour", () => {
    expect(settingsOf(script, { title: " 找客服 ", color: "#0d6b62" }, "x")).toMatchObject({
      title: "找客服",
      color: "#0d6b62",
    });
    expect(settingsOf(script, { title: " ", color: "red;}" }, "x")).toMatchObject({
      title: "在线客服",
      color: "#1450b8",
    });
  });

  it("takes language and side, and tells the page what it needs of it", () => {
    const said = { lang: "en", position: "left", color: "#0d6b62" };
    const settings = settingsOf(script, said, "https://site.example");
    expect(settings).toMatchObject({ title: "Customer service", language: "en", left: true });
    const { searchParams } = new URL(settings.page);
    expect([searchParams.get("lang"), searchParams.get("color")]).toEqual(["en", "#0d6b62"]);
    const other = settingsOf(script, { lang: "fr", position: "top" }, "x");
    expect(other).toMatchObject({ language: "zh", left: false });
  });

  it("puts no customer token into an address", () => {
    expect(settingsOf(script, { customer: "a.b.c" }, "x").page).not.toContain("a.b.c");
  });

  it("writes in the ink that can be read", () => {
    expect(inkOn("#1450b8")).toBe("#ffffff");
    expect(inkOn("#ffd400")).toBe("#111111");
  });

  it("keeps the badge short", () => {
    expect([0, -1, 3, 120].map(badgeText)).toEqual(["", "", "3", "99+"]);
  });
});
