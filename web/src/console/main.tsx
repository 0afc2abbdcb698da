/** Starts the staff console. */
import { render } from "preact";
import "../shared/base.css";
import "./controls.css";
import "./layout.css";
import "./conversations/conversations.css";
import "./conversations/list.css";
import "./conversations/talk.css";
import "./orders/orders.css";
import { App } from "./App";
import { Api } from "./api";
import { Attention } from "./attention";

const root = document.getElementById("app");
if (root === null) throw new Error("the page has no element with id app");
render(<App api={new Api()} attention={new Attention(document)} />, root);
