// @vitest-environment happy-dom
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { AnswerBox } from "../../src/console/conversations/AnswerBox";
import { drafts } from "../../src/console/conversations/drafts";
import { deskWith } from "./desk";

const REPLIES = [
  { name: "sorry", group: "安抚", title: "致歉", text: "非常抱歉，我来处理。", missing: [] },
  { name: "order", group: "处理", title: "已登记", text: "工单号 【工单号】", missing: ["工单号"] },
];
const TEXT = { selector: "textarea" };
const ANSWERS = {
  "GET conversations/c-1/canned-replies": { replies: REPLIES },
  "POST conversations/c-1/typing": {},
};

function open(mayAnswer = true, noteTaken = true) {
  const desk = deskWith(ANSWERS);
  const onAnswer = vi.fn();
  const onNote = vi.fn(async () => noteTaken);
  render(
    <AnswerBox conversationId="c-1" mayAnswer={mayAnswer} onAnswer={onAnswer} onNote={onNote} />,
    { wrapper: desk.Place },
  );
  return { ...desk, onAnswer, onNote, user: userEvent.setup() };
}

afterEach(() => {
  cleanup();
  drafts.write("c-1", "");
  drafts.write("note c-1", "");
});

describe("AnswerBox", () => {
  it("opens the canned replies with a slash and fills in the chosen one, unsent", async () => {
    const { user, onAnswer, calls } = open();
    await waitFor(() => expect(calls.length).toBeGreaterThan(0));
    const field = screen.getByLabelText<HTMLTextAreaElement>("回复客户", TEXT);
    await user.type(field, "/");
    expect(await screen.findAllByRole("option")).toHaveLength(2);
    await user.type(field, "登记");
    expect(screen.getAllByRole("option")).toHaveLength(1);
    await user.keyboard("{Enter}");
    expect(field.value).toBe("工单号 【工单号】");
    expect(screen.queryByRole("listbox")).toBeNull();
    expect(onAnswer).not.toHaveBeenCalled();
    await user.keyboard("{Control>}{End}{/Control}！{Enter}");
    expect(onAnswer).toHaveBeenCalledTimes(1);
  });

  it("moves the choice with arrow keys and closes with Escape", async () => {
    const { user, calls } = open();
    await waitFor(() => expect(calls.length).toBeGreaterThan(0));
    const field = screen.getByLabelText<HTMLTextAreaElement>("回复客户", TEXT);
    await user.type(field, "/{ArrowDown}{Enter}");
    expect(field.value).toContain("工单号");
    await user.clear(field);
    await user.type(field, "/{Escape}");
    expect(screen.queryByRole("listbox")).toBeNull();
    expect(field.value).toBe("/");
  });

  it("tells that the agent types, and that they have stopped once it is sent", async () => {
    const { user, calls, onAnswer } = open();
    await user.type(screen.getByLabelText("回复客户", TEXT), "您好{Enter}");
    const typing = calls.filter(([, path]) => path.endsWith("typing")).map(([, , body]) => body);
    expect(typing).toEqual([{ on: true }, { on: false }]);
    expect(onAnswer).toHaveBeenCalledWith("您好");
  });

  it("keeps notes apart from answers, and a refused note in the field", async () => {
    const { user, calls, onAnswer, onNote } = open(true, false);
    await user.type(screen.getByLabelText("回复客户", TEXT), "草稿");
    await user.click(screen.getByText("内部备注"));
    const field = screen.getByLabelText<HTMLTextAreaElement>("内部备注", TEXT);
    expect(field.value).toBe("");
    calls.length = 0;
    await user.type(field, "客户很急{Enter}");
    expect(onNote).toHaveBeenCalledWith("客户很急");
    expect(onAnswer).not.toHaveBeenCalled();
    // Nothing but that the answer is no longer being written.
    const typing = calls.filter(([, path]) => path.endsWith("typing")).map(([, , body]) => body);
    expect(typing).toEqual([{ on: false }]);
    await waitFor(() => expect(field.value).toBe("客户很急"));
  });

  it("takes knowledge into the draft of whoever may answer", async () => {
    const { user } = open();
    const field = screen.getByLabelText<HTMLTextAreaElement>("回复客户", TEXT);
    await user.type(field, "您好");
    await waitFor(() => expect(drafts.insert("c-1", "携号转网要满一年。")).toBe(true));
    await waitFor(() => expect(field.value).toBe("您好\n携号转网要满一年。"));
  });

  it("takes knowledge for the customer out of a note into the answer", async () => {
    const { user } = open();
    await user.click(screen.getByText("内部备注"));
    await user.type(screen.getByLabelText("内部备注", TEXT), "客户很急");
    drafts.insert("c-1", "携号转网要满一年。");
    const field = await screen.findByLabelText<HTMLTextAreaElement>("回复客户", TEXT);
    expect(field.value).toBe("携号转网要满一年。");
    expect(drafts.read("note c-1")).toBe("客户很急");
  });

  it("offers only notes to whom the conversation does not belong", async () => {
    const { user, onNote } = open(false);
    expect(screen.queryByLabelText("回复客户", TEXT)).toBeNull();
    await user.click(screen.getByRole("button", { name: "写内部备注" }));
    await user.type(screen.getByLabelText("内部备注", TEXT), "我来跟进{Enter}");
    expect(onNote).toHaveBeenCalledWith("我来跟进");
  });
});
