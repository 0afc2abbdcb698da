/** What every view of the console may use: the API, the refresher, signs and who is signed in. */
import { createContext } from "react";
import { Api } from "./api";
import type { AgentRecord } from "./model";
import { Refresher } from "./refresher";
import { Signs } from "./signs";

export interface DeskTools {
  readonly api: Api;
  readonly refresher: Refresher;
  readonly signs: Signs;
  readonly me: AgentRecord;
}

export const Desk = createContext<DeskTools>({
  api: new Api(),
  refresher: new Refresher(),
  signs: new Signs(),
  me: { id: 0, username: "", name: "", role: "" },
});
