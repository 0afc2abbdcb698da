/** A place for views under test: an API that answers as told, and remembers what it was asked. */
import { App } from "antd";
import type { JSX, ReactNode } from "react";
import { Api } from "../../src/console/api";
import { Desk } from "../../src/console/desk_context";
import type { Right } from "../../src/console/model";
import { Refresher } from "../../src/console/refresher";
import { Signs } from "../../src/console/signs";

export type Call = readonly [method: string, path: string, body: unknown];

export function deskWith(
  answers: Record<string, unknown>,
  rights: readonly Right[] = ["give_orders"],
) {
  const calls: Call[] = [];
  globalThis.fetch = async (input, init) => {
    const path = String(input).split("/api/")[1] ?? "";
    const method = init?.method ?? "GET";
    const body = init?.body ? JSON.parse(String(init.body)) : undefined;
    calls.push([method, path, body]);
    const found = answers[`${method} ${path}`];
    if (found === undefined) return Response.json({ error: { message: "没有" } }, { status: 404 });
    return Response.json(found);
  };
  const signs = new Signs();
  const tools = {
    api: new Api(),
    refresher: new Refresher(),
    signs,
    me: { id: 1, username: "lixiao", name: "李晓", role: "supervisor", rights },
  };
  const Place = ({ children }: { children: ReactNode }): JSX.Element => (
    <App>
      <Desk value={tools}>{children}</Desk>
    </App>
  );
  return { calls, signs, Place };
}
