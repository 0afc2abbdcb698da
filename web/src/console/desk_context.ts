/** What every view of the console may use: the API, the refresher and who is signed in. */
import { createContext } from "preact";
import { Api } from "./api";
import type { AgentRecord } from "./model";
import { Refresher } from "./refresher";

export interface DeskTools {
  readonly api: Api;
  readonly refresher: Refresher;
  readonly me: AgentRecord;
}

export const Desk = createContext<DeskTools>({
  api: new Api(),
  refresher: new Refresher(),
  me: { id: 0, username: "", name: "", role: "" },
});
