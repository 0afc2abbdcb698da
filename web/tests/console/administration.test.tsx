// @vitest-environment happy-dom
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it } from "vitest";
import AdministrationPage from "../../src/console/administration/AdministrationPage";
import { standing } from "../../src/console/administration/PeoplePanel";
import { PolicyEditor } from "../../src/console/administration/PolicyEditor";
import { Decision, likely } from "../../src/console/administration/ReviewPanel";
import type { AccountRecord, ReviewItem } from "../../src/console/administration/records";
import { Api } from "../../src/console/api";
import { SignIn } from "../../src/console/SignIn";
import { deskWith } from "./desk";

const ITEM: ReviewItem = {
  id: 7,
  text: "网卡得很",
  intent: "nlu_fallback",
  ranking: [
    { intent: "report_slow", share: 0.4 },
    { intent: "gone", share: 0.2 },
  ],
  reasons: ["没把握"],
  chosen: "report_wifi",
  followed: [],
  times: 2,
  last_at: "2026-11-21T02:00:00Z",
  state: "待看",
  label: null,
};
const INTENTS = ["greet", "report_slow", "report_wifi"];
const FILE = { name: "service_levels/2026-01-01.yml", checked: true, own: false, changed_at: "" };

afterEach(cleanup);

describe("AdministrationPage", () => {
  it("shows an auditor the log and no accounts", async () => {
    const { calls, Place } = deskWith({ "GET audit?who=&what=&subject=&before=": { rows: [] } }, [
      "read_audit",
      "see_people",
    ]);
    render(<AdministrationPage />, { wrapper: Place });
    expect(screen.getByTitle("审计日志")).toBeTruthy();
    expect(screen.queryByTitle("人员")).toBeNull();
    await waitFor(() => expect(calls.length).toBeGreaterThan(0));
    expect(calls.every(([, path]) => path.startsWith("audit"))).toBe(true);
  });
});

describe("an account", () => {
  it("is shut before it is locked", () => {
    const one = { disabled: true, locked: true } as AccountRecord;
    expect(standing(one)).toBe("已停用");
    expect(standing({ ...one, disabled: false })).toBe("暂时锁定");
    expect(standing({ ...one, disabled: false, locked: false })).toBe("正常");
  });
});

describe("PolicyEditor", () => {
  it("says what is wrong with a draft, and lets nobody activate without the right", async () => {
    const { calls, Place } = deskWith(
      {
        [`GET policy?name=${encodeURIComponent(FILE.name)}`]: { text: "a: 1" },
        "POST policy/check": { problem: "2026-01-01.yml: a: unknown" },
      },
      ["read_policies"],
    );
    const user = userEvent.setup();
    render(<PolicyEditor file={FILE} onActivated={() => undefined} onClose={() => undefined} />, {
      wrapper: Place,
    });
    await waitFor(() => expect(screen.getByTestId("policy-text")).toHaveProperty("value", "a: 1"));
    expect(screen.queryByTestId("policy-activate")).toBeNull();
    await user.click(screen.getByTestId("policy-check"));
    expect((await screen.findByTestId("policy-told")).textContent).toContain("a: unknown");
    expect(calls).toContainEqual(["POST", "policy/check", { name: FILE.name, text: "a: 1" }]);
  });
});

describe("a sentence to be reviewed", () => {
  it("offers the customer's own choice first and nothing unknown", () => {
    expect(likely(ITEM, INTENTS)).toEqual(["report_wifi", "report_slow", "greet"]);
  });

  it("is skipped without an intent", async () => {
    const { calls, Place } = deskWith({ "POST review/7": {} });
    const user = userEvent.setup();
    let decided = 0;
    const count = () => {
      decided += 1;
    };
    render(<Decision item={ITEM} intents={INTENTS} onDecided={count} />, { wrapper: Place });
    expect(screen.getByTestId("review-label")).toHaveProperty("disabled", true);
    await user.click(screen.getByTestId("review-skip"));
    await waitFor(() => expect(decided).toBe(1));
    expect(calls[0]?.[2]).toMatchObject({ intent: "" });
  });
});

describe("SignIn", () => {
  it("asks for a code only when the server does", async () => {
    const sent: unknown[] = [];
    globalThis.fetch = async (_input, init) => {
      const body = JSON.parse(String(init?.body));
      sent.push(body);
      if (body.code) return Response.json({});
      const error = { code: "second_step_needed", message: "请输入动态码。" };
      return Response.json({ error }, { status: 401 });
    };
    const user = userEvent.setup();
    let inside = false;
    const enter = () => {
      inside = true;
    };
    render(<SignIn api={new Api()} onSignedIn={enter} />);
    await user.type(screen.getByTestId("login-username"), "lixiao");
    await user.type(screen.getByTestId("login-password"), "secret");
    expect(screen.queryByTestId("login-code")).toBeNull();
    await user.click(screen.getByTestId("login-submit"));
    await user.type(await screen.findByTestId("login-code"), "123456");
    expect(screen.queryByTestId("login-error")).toBeNull();
    await user.click(screen.getByTestId("login-submit"));
    await waitFor(() => expect(inside).toBe(true));
    expect(sent[0]).toEqual({ username: "lixiao", password: "secret" });
    expect(sent[1]).toMatchObject({ code: "123456" });
  });
});
