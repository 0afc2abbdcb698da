/** Starts the staff console. */
import { createRoot } from "react-dom/client";
import "../shared/base.css";
import "./shell/controls.css";
import "./shell/layout.css";
import "./conversations/conversations.css";
import "./conversations/list.css";
import "./conversations/talk.css";
import "./orders/orders.css";
import { App } from "./App";
import { Api } from "./api";
import { Attention } from "./attention";
import { notices } from "./shell/notices";
import { ThemeFrame } from "./theme/ThemeFrame";

const root = document.getElementById("app");
if (root === null) throw new Error("the page has no element with id app");
const attention = new Attention(document, (words, hidden) => notices.tell(words, hidden));
createRoot(root).render(
  <ThemeFrame>
    <App api={new Api()} attention={attention} />
  </ThemeFrame>,
);
