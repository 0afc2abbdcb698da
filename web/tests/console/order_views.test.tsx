// @vitest-environment happy-dom
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { OrderDetail } from "../../src/console/model";
import { BulkBar } from "../../src/console/orders/BulkBar";
import { completed, EVERYTHING_OPEN, isNarrowed } from "../../src/console/orders/filter";
import { OrderActions } from "../../src/console/orders/OrderActions";
import { SavedViews } from "../../src/console/orders/SavedViews";
import { deskWith } from "./desk";

const CHOICES = {
  kinds: [{ name: "repair", label: "报修工单" }],
  states: [{ name: "resolved", label: "已处理" }],
  priorities: [],
  areas: ["城东"],
  categories: [],
  teams: [{ code: "field-east", name: "城东维修班", people: ["城东一组"] }],
};
const ORDER: OrderDetail = {
  number: "BX1",
  kind: "报修工单",
  state: "acknowledged",
  state_label: "处理人已接单",
  opened_at: "2026-11-21T02:00:00Z",
  breached: false,
  steps: [],
  marks: [],
  attachments: [],
  history: [],
  clocks: [],
  moves: [
    { name: "in_progress", label: "开始处理" },
    { name: "cancelled", label: "取消工单" },
  ],
};

afterEach(cleanup);

describe("a filter", () => {
  it("is narrowed by anything but its scope", () => {
    expect(isNarrowed(EVERYTHING_OPEN)).toBe(false);
    expect(isNarrowed({ ...EVERYTHING_OPEN, scope: "all" })).toBe(false);
    expect(isNarrowed({ ...EVERYTHING_OPEN, overdue: true })).toBe(true);
    expect(completed({ area: "城东" })).toEqual({ ...EVERYTHING_OPEN, area: "城东" });
  });
});

describe("OrderActions", () => {
  it("offers the steps of the server, with the note that goes with them", async () => {
    const { calls, Place } = deskWith({ "POST work-orders/BX1/move": {} });
    const user = userEvent.setup();
    render(<OrderActions order={ORDER} choices={CHOICES} />, { wrapper: Place });
    expect(screen.getByTestId("order-note-save")).toHaveProperty("disabled", true);
    await user.type(screen.getByLabelText("处理说明"), "到现场了");
    await user.click(screen.getByTestId("move-in_progress"));
    const body = { to: "in_progress", note: "到现场了" };
    expect(calls).toContainEqual(["POST", "work-orders/BX1/move", body]);
    await waitFor(() => expect(screen.getByLabelText("处理说明")).toHaveProperty("value", ""));
  });

  it("says why a step was refused and keeps the note", async () => {
    const { Place } = deskWith({});
    const user = userEvent.setup();
    render(<OrderActions order={ORDER} choices={CHOICES} />, { wrapper: Place });
    await user.type(screen.getByLabelText("处理说明"), "说明");
    await user.click(screen.getByTestId("move-cancelled"));
    expect((await screen.findByRole("alert")).textContent).toContain("没有");
    expect(screen.getByLabelText("处理说明")).toHaveProperty("value", "说明");
  });
});

describe("BulkBar", () => {
  it("tells for each order whether it went", async () => {
    const results = [
      { number: "BX1", ok: true, message: "" },
      { number: "BX2", ok: false, message: "工单当前状态不能这样流转。" },
    ];
    const { calls, Place } = deskWith({ "POST work-orders/bulk": { results } });
    const user = userEvent.setup();
    render(<BulkBar numbers={["BX1", "BX2"]} choices={CHOICES} onDone={vi.fn()} />, {
      wrapper: Place,
    });
    expect(screen.getByTestId("bulk-apply")).toHaveProperty("disabled", true);
    await user.click(screen.getByRole("combobox", { name: "派给班组" }));
    await user.click(await screen.findByText("城东维修班"));
    await user.click(screen.getByTestId("bulk-apply"));
    expect((await screen.findByTestId("bulk-results")).textContent).toContain("不能这样流转");
    expect(screen.getByText("1 单完成，1 单没有改动")).toBeTruthy();
    const body = { numbers: ["BX1", "BX2"], to: "", team: "field-east", person: "", note: "" };
    expect(calls).toContainEqual(["POST", "work-orders/bulk", body]);
  });
});

describe("SavedViews", () => {
  it("keeps the filter under a name and brings it back", async () => {
    const filter = { ...EVERYTHING_OPEN, area: "城东" };
    const views = [{ id: 7, name: "我的片区", filter: { area: "城西" } }];
    const { calls, Place } = deskWith({
      "GET saved-views": { views },
      "POST saved-views": { views },
      "DELETE saved-views/7": { views: [] },
    });
    const user = userEvent.setup();
    const onChoose = vi.fn();
    render(<SavedViews filter={filter} onChoose={onChoose} />, { wrapper: Place });
    await user.click(await screen.findByText("我的片区"));
    expect(onChoose).toHaveBeenCalledWith({ ...EVERYTHING_OPEN, area: "城西" });
    await user.click(screen.getByTestId("save-view"));
    await user.type(await screen.findByTestId("view-name"), "城东{Enter}");
    expect(calls).toContainEqual(["POST", "saved-views", { name: "城东", filter }]);
    await user.click(screen.getByLabelText("删除视图 我的片区"));
    await waitFor(() => expect(screen.queryByText("我的片区")).toBeNull());
  });
});
